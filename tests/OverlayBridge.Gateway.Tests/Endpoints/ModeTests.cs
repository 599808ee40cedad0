using System.Net;
using System.Text;
using System.Text.Json;

namespace OverlayBridge.Gateway.Tests.Endpoints;

/// <summary>What clients are told by a store that is on standby.</summary>
public sealed class ModeTests : IAsyncLifetime
{
    private const string Source = "consul://10.0.0.5:8500";
    private TestGateway _gateway = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(Token);

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_fresh_store_is_primary_without_a_source_and_takes_writes()
    {
        Assert.Equal(("primary", "", ""), await ModeAsync());
        Assert.Equal((HttpStatusCode.OK, "true"), await PutAsync("/v1/kv/docker/x"));
    }

    [Theory]
    [InlineData("/v1/kv/docker/x", "1")]
    [InlineData("/v1/kv/docker/x?cas=0&flags=3304740253564472344", "1")]
    [InlineData("/v1/txn", "[{\"KV\":{\"Verb\":\"set\",\"Key\":\"docker/x\",\"Value\":\"eA==\"}}]")]
    public async Task A_standby_answers_a_write_with_500_and_a_reason_that_engines_show(string path, string body)
    {
        await StandbyAsync("docker/");
        var (status, text) = await PutAsync(path, body);
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Equal($"this store follows {Source} and takes no writes under 'docker/' before it takes over: write to {Source}, see 'overlaybridge takeover status'", text);
    }

    [Fact]
    public async Task A_standby_shows_its_prefix_and_source_and_takes_imports_and_other_keys()
    {
        await StandbyAsync("docker/");
        Assert.Equal(("standby", "docker/", Source), await ModeAsync());
        Assert.Equal((HttpStatusCode.OK, "true"), await PutAsync("/v1/kv/other"));
        var import = await PutAsync("/v1/overlaybridge/import", """{"Op":"set","Key":"docker/x","Value":null,"Flags":0,"CreateIndex":5,"ModifyIndex":5,"LockIndex":0}""");
        Assert.Equal((HttpStatusCode.OK, """{"Applied":1,"Index":5}"""), import);
    }

    [Fact]
    public async Task A_second_prefix_is_refused_with_the_reason()
    {
        await StandbyAsync("docker/");
        var (status, text) = await PutAsync($"/v1/overlaybridge/standby?prefix=prod/&source={Source}");
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Contains("it follows one store at a time", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_standby_without_a_source_is_refused() =>
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync("/v1/overlaybridge/standby?prefix=docker/")).Status);

    private async Task StandbyAsync(string prefix) => Assert.Equal(
        (HttpStatusCode.OK, """{"Mode":"standby"}"""), await PutAsync($"/v1/overlaybridge/standby?prefix={prefix}&source={Source}"));

    private async Task<(string? Mode, string? Prefix, string? Source)> ModeAsync()
    {
        using var status = JsonDocument.Parse(await _gateway.Client.GetStringAsync("/v1/overlaybridge/status", Token));
        string? Text(string name) => status.RootElement.GetProperty(name).GetString();
        return (Text("Mode"), Text("Prefix"), Text("Source"));
    }

    private async Task<(HttpStatusCode Status, string Text)> PutAsync(string path, string body = "1")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        using var answer = await _gateway.Client.PutAsync(path, content, Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
    }
}
