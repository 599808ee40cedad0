using OverlayBridge.Gateway.Access;
using OverlayBridge.Gateway.Go;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Store;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.State;

namespace OverlayBridge.Gateway.Sessions;

/// <summary><c>/v1/session/…</c> as Consul 1.8.7 answers it.</summary>
internal sealed class SessionEndpoint(IKeyValueStore store, GatewayOptions options, Func<double> jitter)
{
    private const int MaxBodyBytes = 64 * 1024;

    public Task<Answer> ListAsync(GatewayRequest request) => ReadAsync(request, static _ => true);

    public Task<Answer> NodeAsync(GatewayRequest request)
    {
        Check(request);
        var node = Rest(request, "Missing node name");
        return ReadAsync(request, session => session.Node == node);
    }

    public Task<Answer> InfoAsync(GatewayRequest request)
    {
        Check(request);
        var id = Rest(request, "Missing session");
        CheckDatacenter(request);
        return SessionId.Fault(id) is { } fault
            ? throw new RefusedException(WithoutReading(Answer.Text(500, fault)))
            : ReadAsync(request, session => session.Id == id);
    }

    public async Task<Answer> CreateAsync(GatewayRequest request)
    {
        ReadParameters.CheckNamespace(request.Query);
        // Consul looks at a body of known length only.
        var body = request.Http.ContentLength > 0 ? await request.ReadBodyAsync(MaxBodyBytes, "session").ConfigureAwait(false) : [];
        var session = SessionRequest.Parse(body, Guid.NewGuid().ToString(), request.CameBy ?? options.NodeName, options.MinSessionTtl);
        ReadParameters.CheckDatacenter(request.Query);
        var caller = await request.CallerAsync().ConfigureAwait(false);
        caller.RequireSessionWrite();
        await store.ExecuteAsync(new CreateSessionCommand(session) { By = Origins.Of(caller, request) }, request.CancellationToken).ConfigureAwait(false);
        return Answer.Json(request.Pretty, json =>
        {
            json.BeginObject();
            json.Name("ID"u8);
            json.Text(session.Id);
            json.EndObject();
        });
    }

    public async Task<Answer> DestroyAsync(GatewayRequest request)
    {
        var id = Id(request);
        var caller = await request.CallerAsync().ConfigureAwait(false);
        // Consul finds no fault with the end of a session that does not exist, whoever asks for it.
        if (caller.Permissions.Sessions == AccessRight.Write || await ExistsAsync(id, request.CancellationToken).ConfigureAwait(false))
        {
            caller.RequireSessionWrite();
            await store.ExecuteAsync(new DestroySessionCommand(id) { By = Origins.Of(caller, request) }, request.CancellationToken).ConfigureAwait(false);
        }
        return Answer.Json(request.Pretty, json => json.Boolean(true));
    }

    public async Task<Answer> RenewAsync(GatewayRequest request)
    {
        ReadParameters.Parse(request, 0);
        var id = Id(request);
        (await request.CallerAsync().ConfigureAwait(false)).RequireSessionWrite();
        return await store.RenewSessionAsync(id, request.CancellationToken).ConfigureAwait(false) is { } session
            ? Sessions([session], request.Pretty)
            : Answer.Text(404, $"Session id '{id}' not found");
    }

    private async Task<Answer> ReadAsync(GatewayRequest request, Func<StoreSession, bool> shown)
    {
        var reading = ReadParameters.Parse(request, jitter());
        ReadParameters.CheckNamespace(request.Query);
        CheckDatacenter(request);
        await MayReadAsync(request).ConfigureAwait(false);
        var sessions = await store.ReadSessionsAsync(reading, request.CancellationToken).ConfigureAwait(false);
        // Asked again: who waited may have lost the right meanwhile.
        var visible = await MayReadAsync(request).ConfigureAwait(false) ? sessions.Value.Where(shown) : [];
        return Sessions(visible, request.Pretty).WithMeta(sessions);
    }

    /// <exception cref="RefusedException">403: the token is not known.</exception>
    private static async Task<bool> MayReadAsync(GatewayRequest request)
    {
        try
        {
            return (await request.CallerAsync().ConfigureAwait(false)).Permissions.Sessions >= AccessRight.Read;
        }
        catch (RefusedException e)
        {
            throw new RefusedException(WithoutReading(e.Answer));
        }
    }

    private async Task<bool> ExistsAsync(string id, CancellationToken cancellationToken) =>
        (await store.ReadSessionsAsync(ReadOptions.Default, cancellationToken).ConfigureAwait(false)).Value.Any(session => session.Id == id);

    /// <summary>The id that a session is to be destroyed or renewed by.</summary>
    private static string Id(GatewayRequest request)
    {
        ReadParameters.CheckNamespace(request.Query);
        var id = Rest(request, "Missing session");
        ReadParameters.CheckDatacenter(request.Query);
        return SessionId.Fault(id) is { } fault ? throw new RefusedException(500, fault) : id.ToLowerInvariant();
    }

    private static string Rest(GatewayRequest request, string missing) =>
        request.Rest.IsEmpty ? throw new RefusedException(400, missing) : request.Rest.ToString();

    private static void Check(GatewayRequest request)
    {
        ReadParameters.Parse(request, 0);
        ReadParameters.CheckNamespace(request.Query);
    }

    private static void CheckDatacenter(GatewayRequest request)
    {
        try
        {
            ReadParameters.CheckDatacenter(request.Query);
        }
        catch (RefusedException e)
        {
            throw new RefusedException(WithoutReading(e.Answer));
        }
    }

    /// <summary>Consul's session endpoints set the headers before they know.</summary>
    private static Answer WithoutReading(Answer answer) => answer.WithMeta(1, knownLeader: false, TimeSpan.Zero);

    private static Answer Sessions(IEnumerable<StoreSession> sessions, bool pretty) => Answer.Json(pretty, json =>
    {
        json.BeginArray();
        foreach (var session in sessions)
            Write(json, session);
        json.EndArray();
    });

    public static void Write(GoJson json, StoreSession session)
    {
        json.BeginObject();
        json.Name("ID"u8);
        json.Text(session.Id);
        json.Name("Name"u8);
        json.Text(session.Name);
        json.Name("Node"u8);
        json.Text(session.Node);
        json.Name("LockDelay"u8);
        json.Number(session.LockDelay);
        json.Name("Behavior"u8);
        json.Text(session.Behavior);
        json.Name("TTL"u8);
        json.Text(session.Ttl);
        json.Name("NodeChecks"u8);
        json.BeginArray();
        foreach (var check in session.NodeChecks)
            json.Text(check);
        json.EndArray();
        json.Name("ServiceChecks"u8);
        json.Null();
        json.Name("CreateIndex"u8);
        json.Number(session.CreateIndex);
        json.Name("ModifyIndex"u8);
        json.Number(session.ModifyIndex);
        json.EndObject();
    }
}
