using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using OverlayBridge.Gateway.Access;
using OverlayBridge.Gateway.Agent;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Gateway.History;
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

    private readonly AccessControl _access;
    private readonly ILogger<ConsulGateway> _logger;
    private readonly Route[] _routes;
    private readonly ConcurrentDictionary<string, bool> _unknownPaths = new();
    private readonly LeaderWrites _writes;

    public ConsulGateway(IClusterNode store, ClusterLink link, GatewayOptions options, ILogger<ConsulGateway> logger)
    {
        _logger = logger;
        _access = new AccessControl(new TokenDirectory(store), options.Nodes.Secret, TimeProvider.System);
        var (members, client) = (link.Members, link.Client);
        store.AskLeaderThrough(client);
        _writes = new LeaderWrites(store, client, members, options.LeaderWait, TimeProvider.System, logger);
        var keys = new KeyValueEndpoint(store, Random.Shared.NextDouble);
        var sessions = new SessionEndpoint(store, options, Random.Shared.NextDouble);
        var status = new StatusEndpoint(store, options);
        var agent = new AgentEndpoint(store, members, options);
        var snapshots = new SnapshotEndpoint(store);
        var cluster = new ClusterEndpoint(store, members, options, logger);
        var transfer = new TransferEndpoint(store, new HandOver(store, link, TimeProvider.System));
        var history = new HistoryEndpoint(store, TimeProvider.System);
        var tokens = new TokenEndpoint(store, TimeProvider.System, logger);
        _routes =
        [
            new("/v1/kv/", [("GET", keys.GetAsync), ("PUT", keys.PutAsync), ("DELETE", keys.DeleteAsync)]) { Access = RouteAccess.JudgedByHandler },
            new("/v1/session/list", "GET", sessions.ListAsync) { Access = RouteAccess.JudgedByHandler },
            new("/v1/session/create", "PUT", sessions.CreateAsync) { Access = RouteAccess.JudgedByHandler },
            new("/v1/session/destroy/", "PUT", sessions.DestroyAsync) { Access = RouteAccess.JudgedByHandler },
            new("/v1/session/renew/", "PUT", sessions.RenewAsync) { Access = RouteAccess.JudgedByHandler },
            new("/v1/session/info/", "GET", sessions.InfoAsync) { Access = RouteAccess.JudgedByHandler },
            new("/v1/session/node/", "GET", sessions.NodeAsync) { Access = RouteAccess.JudgedByHandler },
            new("/v1/txn", "PUT", new TransactionEndpoint(store).PutAsync) { Access = RouteAccess.JudgedByHandler },
            new("/v1/snapshot", [("GET", snapshots.GetAsync), ("PUT", snapshots.PutAsync)]) { MaxBodyBytes = SnapshotEndpoint.MaxBytes, Takes = SnapshotEndpoint.RestoreTime },
            new("/v1/agent/self", "GET", request => Task.FromResult(agent.Self(request))) { Access = RouteAccess.AgentRead },
            new("/v1/agent/members", "GET", agent.MembersAsync) { Access = RouteAccess.JudgedByHandler },
            new("/v1/catalog/nodes", "GET", agent.NodesAsync) { Access = RouteAccess.JudgedByHandler },
            new("/v1/operator/raft/configuration", "GET", agent.RaftConfigurationAsync) { Access = RouteAccess.AgentRead },
            new("/v1/status/leader", "GET", request => Task.FromResult(status.Leader(request))) { Access = RouteAccess.Everybody },
            new("/v1/status/peers", "GET", request => Task.FromResult(status.Peers(request))) { Access = RouteAccess.Everybody },
            new(BarrierEndpoint.Path, "GET", new BarrierEndpoint(store).GetAsync) { Access = RouteAccess.Everybody },
            new(ClusterEndpoint.Path, "GET", cluster.GetAsync) { Access = RouteAccess.AgentRead },
            new(ClusterEndpoint.AddPath, "PUT", cluster.AddAsync) { Takes = ClusterEndpoint.ChangeTime },
            new(ClusterEndpoint.RemovePath, "PUT", cluster.RemoveAsync) { Takes = ClusterEndpoint.ChangeTime },
            new(TransferEndpoint.Path, "PUT", transfer.PutAsync) { Takes = ClusterEndpoint.ChangeTime },
            new(TransferEndpoint.StandBackPath, "PUT", transfer.StandBackAsync) { IsOfThisNode = true },
            new(MembersEndpoint.Path, "PUT", new MembersEndpoint(store).PutAsync),
            new(TokenEndpoint.Path, [("GET", tokens.ListAsync), ("PUT", tokens.PutAsync)]),
            new(TokenEndpoint.Path + "/", [("GET", tokens.GetAsync), ("DELETE", tokens.DeleteAsync)]),
            new(HistoryEndpoint.Path, "GET", history.GetAsync) { Access = RouteAccess.AgentRead },
            new(HistoryEndpoint.KeysPath, "GET", history.KeysAsync) { Access = RouteAccess.AgentRead },
            new(HistoryEndpoint.SessionsPath, "GET", history.SessionsAsync) { Access = RouteAccess.AgentRead },
            new("/v1/overlaybridge/import", "PUT", new ImportEndpoint(store).PutAsync),
            new("/v1/overlaybridge/standby", "PUT", new ModeEndpoint(store).StandbyAsync),
            new("/v1/overlaybridge/status", "GET", request => Task.FromResult(status.Bridge(request))) { Access = RouteAccess.AgentRead },
            new("/health/live", "GET", _ => Task.FromResult(StatusEndpoint.Live())) { Access = RouteAccess.Everybody },
            new("/health/ready", "GET", _ => Task.FromResult(status.Ready())) { Access = RouteAccess.Everybody },
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
            // Another node asks again until somebody leads, every few milliseconds, and says itself what it could not do.
            LogFailed(_logger, IsOfNode(context.Request) ? LogLevel.Debug : LogLevel.Warning, context.Request.Method, e.Message);
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
        if (Find(target.Path) is not { } found)
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
        var request = new GatewayRequest(context.Request, target.Raw, rest, query, _access, context.RequestAborted) { MaxBodyBytes = found.MaxBodyBytes, Takes = found.Takes };
        // Who may not use the route at all learns it here; what is passed on the leader judges again.
        await JudgeAsync(found.Access, request).ConfigureAwait(false);
        return method == "GET" || found.IsOfThisNode
            ? await handle(request).ConfigureAwait(false)
            : await _writes.CarryOutAsync(request, handle).ConfigureAwait(false);
    }

    private Route? Find(ReadOnlySpan<byte> path)
    {
        foreach (var route in _routes)
            if (route.Matches(path))
                return route;
        return null;
    }

    /// <exception cref="RefusedException">403.</exception>
    private static async ValueTask JudgeAsync(RouteAccess access, GatewayRequest request)
    {
        switch (access)
        {
            case RouteAccess.Everybody or RouteAccess.JudgedByHandler:
                break;
            case RouteAccess.AgentRead:
                (await request.CallerAsync().ConfigureAwait(false)).RequireAgentRead();
                break;
            default:
                (await request.CallerAsync().ConfigureAwait(false)).RequireOperator();
                break;
        }
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
        if (!answer.IsFromRouter && answer.ContentType is not null && !answer.IsPacked && GzipAnswer.IsTaken(context.Request))
        {
            body = GzipAnswer.Pack(body.Span);
            response.Headers.ContentEncoding = "gzip";
        }
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private static bool IsOfNode(HttpRequest request) => request.Headers.ContainsKey(ClusterHeaders.PassedOnBy) || request.Path == BarrierEndpoint.Path;

    [LoggerMessage(Message = "{Method} was answered with an error: {Reason}")]
    private static partial void LogFailed(ILogger logger, LogLevel level, string method, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A client asks for {Method} {Path}, which is not served: answered 404, as Consul answers unknown paths")]
    private static partial void LogUnknown(ILogger logger, string method, string path);
}
