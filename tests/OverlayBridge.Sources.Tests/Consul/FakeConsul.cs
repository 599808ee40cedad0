using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Sources.Tests.Consul;

/// <summary>A server in this process that answers what a test tells it to, as a Consul was recorded to do.</summary>
internal sealed class FakeConsul : IAsyncDisposable
{
    private readonly WebApplication app;

    private FakeConsul(WebApplication app, ServerAddress address) => (this.app, Address) = (app, address);

    public ServerAddress Address { get; }

    /// <summary>Method, raw target and body of every request, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The token of every request, empty without one.</summary>
    public ConcurrentQueue<string> Tokens { get; } = new();

    /// <summary>Answers a request; default: an empty store at index 7.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context => JsonAsync(context, "[]");

    public static async Task<FakeConsul> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static options => options.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        FakeConsul? fake = null;
        app.Run(context => fake!.HandleAsync(context));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return fake = new(app, new("127.0.0.1", new Uri(app.Urls.Single()).Port));
    }

    public static async Task JsonAsync(HttpContext context, string json, ulong index = 7, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.Headers["X-Consul-Index"] = index.ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Response.Headers["X-Consul-Knownleader"] = "true";
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json, context.RequestAborted);
    }

    public static async Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>A client of this server alone, as impatient as tests are.</summary>
    public ConsulClient Client(Func<ConsulClientOptions, ConsulClientOptions>? change = null)
    {
        var options = new ConsulClientOptions("consul://fake", [Address])
        {
            AnswerTimeout = TimeSpan.FromSeconds(10),
            LeaderPatience = TimeSpan.FromSeconds(20),
        };
        return new(change?.Invoke(options) ?? options);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new StreamReader(context.Request.Body);
        var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        var text = await body.ReadToEndAsync(context.RequestAborted);
        Tokens.Enqueue(context.Request.Headers["X-Consul-Token"].ToString());
        Requests.Enqueue($"{context.Request.Method} {target}{(text.Length == 0 ? "" : $" {text}")}");
        await Answer(context);
    }
}
