using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using OverlayBridge.Gateway.Agent;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Gateway.Import;
using OverlayBridge.Gateway.Kv;
using OverlayBridge.Gateway.Modes;
using OverlayBridge.Gateway.Sessions;
using OverlayBridge.Gateway.Snapshot;
using OverlayBridge.Gateway.Status;
using OverlayBridge.Gateway.Transactions;
using OverlayBridge.Store;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Gateway;

/// <summary>
/// Consul's HTTP API on the store. Routing goes by the raw request target, as Consul's Go server reads it: ASP.NET's own
/// path has lost what <c>%2F</c>, <c>//</c> and <c>..</c> were.
/// </summary>
public sealed partial class ConsulGateway
{
    /// <summary>So many different unknown paths are logged, once each; more would let a stranger fill the log.</summary>
    private const int MaxUnknownPaths = 100;

    private readonly ILogger<ConsulGateway> _logger;
    private readonly Route[] _routes;
    private readonly ConcurrentDictionary<string, bool> _unknownPaths = new();
    private readonly LeaderWrites _writes;

    public ConsulGateway(IClusterNode store, GatewayOptions options, ILogger<ConsulGateway> logger)
    {
        _logger = logger;
        var members = new MemberDirectory(store);
        var client = new NodeClient(members, options.NodeName, TimeProvider.System, logger);
        store.AskLeaderThrough(client);
        _writes = new LeaderWrites(store, client, members, options.LeaderWait, TimeProvider.System);
        var keys = new KeyValueEndpoint(store, Random.Shared.NextDouble);
        var sessions = new SessionEndpoint(store, options, Random.Shared.NextDouble);
        var status = new StatusEndpoint(store, options);
        var agent = new AgentEndpoint(store, members, options);
        var snapshots = new SnapshotEndpoint(store);
        var cluster = new ClusterEndpoint(store, members, options, logger);
        var transfer = new TransferEndpoint(store, client, TimeProvider.System);
        _routes =
        [
            new("/v1/kv/", [("GET", keys.GetAsync), ("PUT", keys.PutAsync), ("DELETE", keys.DeleteAsync)]),
            new("/v1/session/list", "GET", sessions.ListAsync),
            new("/v1/session/create", "PUT", sessions.CreateAsync),
            new("/v1/session/destroy/", "PUT", sessions.DestroyAsync),
            new("/v1/session/renew/", "PUT", sessions.RenewAsync),
            new("/v1/session/info/", "GET", sessions.InfoAsync),
            new("/v1/session/node/", "GET", sessions.NodeAsync),
            new("/v1/txn", "PUT", new TransactionEndpoint(store).PutAsync),
            new("/v1/snapshot", [("GET", snapshots.GetAsync), ("PUT", snapshots.PutAsync)]) { MaxBodyBytes = SnapshotEndpoint.MaxBytes, Takes = SnapshotEndpoint.RestoreTime },
            new("/v1/agent/self", "GET", request => Task.FromResult(agent.Self(request))),
            new("/v1/agent/members", "GET", agent.MembersAsync),
            new("/v1/catalog/nodes", "GET", agent.NodesAsync),
            new("/v1/operator/raft/configuration", "GET", agent.RaftConfigurationAsync),
            new("/v1/status/leader", "GET", request => Task.FromResult(status.Leader(request))),
            new("/v1/status/peers", "GET", request => Task.FromResult(status.Peers(request))),
            new(BarrierEndpoint.Path, "GET", new BarrierEndpoint(store).GetAsync),
            new(ClusterEndpoint.Path, "GET", cluster.GetAsync),
            new(ClusterEndpoint.AddPath, "PUT", cluster.AddAsync) { Takes = ClusterEndpoint.ChangeTime },
            new(ClusterEndpoint.RemovePath, "PUT", cluster.RemoveAsync) { Takes = ClusterEndpoint.ChangeTime },
            new(TransferEndpoint.Path, "PUT", transfer.PutAsync) { Takes = ClusterEndpoint.ChangeTime },
            new(TransferEndpoint.StandBackPath, "PUT", transfer.StandBackAsync) { IsOfThisNode = true },
            new(MembersEndpoint.Path, "PUT", new MembersEndpoint(store).PutAsync),
            new("/v1/overlaybridge/import", "PUT", new ImportEndpoint(store).PutAsync),
            new("/v1/overlaybridge/standby", "PUT", new ModeEndpoint(store).StandbyAsync),
            new("/v1/overlaybridge/status", "GET", request => Task.FromResult(status.Bridge(request))),
            new("/health/live", "GET", _ => Task.FromResult(StatusEndpoint.Live())),
            new("/health/ready", "GET", _ => Task.FromResult(status.Ready())),
        ];
    }

    /// <summary>Answers a request; the end of the pipeline.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            var answer = await AnswerAsync(context).ConfigureAwait(false);
            await WriteAsync(context, answer).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away, as those who watch do: nobody is left to answer.
        }
    }

    private async Task<Answer> AnswerAsync(HttpContext context)
    {
        try
        {
            return await RouteAsync(context).ConfigureAwait(false);
        }
        catch (RefusedException e)
        {
            return e.Answer;
        }
        catch (Exception e) when (e is NoLeaderException or OutcomeUnknownException or StoreRefusedException)
        {
            LogFailed(_logger, context.Request.Method, e.Message);
            return Failed(e);
        }
    }

    private static Answer Failed(Exception error) => Answer.Text(500, error.Message) with
    {
        Headers =
        [
            (ClusterHeaders.Outcome, error switch
            {
                NoLeaderException => ClusterHeaders.None,
                StoreRefusedException => ClusterHeaders.Refused,
                _ => ClusterHeaders.Unknown,
            }),
        ],
    };

    private async Task<Answer> RouteAsync(HttpContext context)
    {
        var method = context.Request.Method;
        if (RequestTarget.Parse(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) is not { } target)
            return Answer.Text(400, "400 Bad Request") with { IsFromRouter = true };
        if (!target.IsPrintable)
            return Answer.Empty(400) with { IsFromRouter = true };
        if (target.CleanLocation() is { } clean)
            return Redirect(method, clean);
        if (Array.Find(_routes, route => route.Matches(target.Path)) is not { } found)
            return Array.Exists(_routes, route => route.MatchesWithoutSlash(target.Path))
                ? Redirect(method, target.LocationWithSlash())
                : NotFound(method, target);
        if (method == "OPTIONS")
            return Answer.Empty(200) with { Headers = [("Allow", found.Allow)] };
        if (found.Handler(method) is not { } handle)
            return Answer.Text(405, $"method {method} not allowed") with { Headers = [("Allow", found.Allow)] };
        if (QueryParameters.Parse(target.RawQuery ?? "") is not { } query)
            return Answer.Empty(500);
        var rest = StoreKey.FromBytes(target.Path.AsSpan(found.Length));
        var request = new GatewayRequest(context.Request, target.Raw, rest, query, context.RequestAborted) { MaxBodyBytes = found.MaxBodyBytes, Takes = found.Takes };
        return method == "GET" || found.IsOfThisNode
            ? await handle(request).ConfigureAwait(false)
            : await _writes.CarryOutAsync(request, handle).ConfigureAwait(false);
    }

    private Answer NotFound(string method, RequestTarget target)
    {
        var path = Encoding.UTF8.GetString(target.Path.AsSpan(0, Math.Min(target.Path.Length, 100)));
        if (_unknownPaths.Count < MaxUnknownPaths && _unknownPaths.TryAdd($"{method} {path}", true))
            LogUnknown(_logger, method, path);
        return Answer.Empty(404) with { IsFromRouter = true };
    }

    /// <summary>As Go's <c>http.Redirect</c>: a link for those who read, for GET and HEAD only.</summary>
    private static Answer Redirect(string method, string location)
    {
        var answer = method is "GET" or "HEAD"
            ? new Answer(301, "text/html; charset=utf-8", Encoding.UTF8.GetBytes($"<a href=\"{WebUtility.HtmlEncode(location)}\">Moved Permanently</a>.\n\n"))
            : Answer.Empty(301);
        return answer with { Headers = [("Location", location)], IsFromRouter = true };
    }

    private static async Task WriteAsync(HttpContext context, Answer answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        if (!answer.IsFromRouter)
            response.Headers.Vary = "Accept-Encoding";
        if (answer.ContentType is not null)
            response.ContentType = answer.ContentType;
        var body = answer.Body;
        // Consul packs even four bytes, and none at all of a raw value, when the client takes it.
        if (!answer.IsFromRouter && answer.ContentType is not null && !answer.IsPacked && TakesGzip(context.Request))
        {
            body = Gzip(body.Span);
            response.Headers.ContentEncoding = "gzip";
        }
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private static bool TakesGzip(HttpRequest request) =>
        request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value == "gzip" && coding.Quality is null or > 0);

    private static ReadOnlyMemory<byte> Gzip(ReadOnlySpan<byte> body)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(body);
        return packed.GetBuffer().AsMemory(0, (int)packed.Length);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} was answered with an error: {Reason}")]
    private static partial void LogFailed(ILogger logger, string method, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A client asks for {Method} {Path}, which is not served: answered 404, as Consul answers unknown paths")]
    private static partial void LogUnknown(ILogger logger, string method, string path);
}
