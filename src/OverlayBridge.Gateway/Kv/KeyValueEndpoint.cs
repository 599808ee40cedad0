using System.Collections.Immutable;
using System.Runtime.InteropServices;
using OverlayBridge.Gateway.Access;
using OverlayBridge.Gateway.Go;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Gateway.Sessions;
using OverlayBridge.Store;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Gateway.Kv;

/// <summary><c>/v1/kv/</c> as Consul 1.8.7 answers it.</summary>
internal sealed class KeyValueEndpoint(IKeyValueStore store, Func<double> jitter)
{
    /// <summary>Largest value, in bytes.</summary>
    public const int MaxValueBytes = 512 * 1024;

    private const string MissingSession = "missing session";
    private const string LimitName = "https://www.consul.io/docs/agent/options.html#kv_max_value_size";

    /// <summary>The answers to nearly all writes.</summary>
    private static readonly Answer Done = Said(true, pretty: false), NotDone = Said(false, pretty: false);

    public async Task<Answer> GetAsync(GatewayRequest request)
    {
        var options = ReadParameters.Parse(request, jitter());
        ReadParameters.CheckNamespace(request.Query);
        if (request.Query.Has("keys"))
            return await GetKeysAsync(request, options).ConfigureAwait(false);
        if (request.Query.Has("recurse"))
            return await GetTreeAsync(request, options).ConfigureAwait(false);
        RequireKey(request);
        ReadParameters.CheckDatacenter(request.Query);

        (await request.CallerAsync().ConfigureAwait(false)).RequireRead(request.Rest);
        var reading = await store.ReadKeyAsync(request.Rest, options, request.CancellationToken).ConfigureAwait(false);
        // Who waited for an hour may have lost the right meanwhile.
        if (options.AfterIndex > 0)
            (await request.CallerAsync().ConfigureAwait(false)).RequireRead(request.Rest);
        if (reading.Value is not { } entry)
            return Answer.Empty(404).WithMeta(reading);
        return (request.Query.Has("raw") ? Raw(entry) : Entries([entry], request.Pretty)).WithMeta(reading);
    }

    public async Task<Answer> PutAsync(GatewayRequest request)
    {
        ReadParameters.Parse(request, 0);
        ReadParameters.CheckNamespace(request.Query);
        RequireKey(request);
        RefuseConflict(request.Query, "cas", "acquire", "release");
        var flags = Number(request.Query, "flags") ?? 0;
        var cas = Number(request.Query, "cas");
        var value = await request.ReadBodyAsync(MaxValueBytes, LimitName).ConfigureAwait(false);
        ReadParameters.CheckDatacenter(request.Query);

        var caller = await request.CallerAsync().ConfigureAwait(false);
        caller.RequireWrite(request.Rest);
        return await WriteAsync(Write(request, ImmutableCollectionsMarshal.AsImmutableArray(value), flags, cas), caller, request).ConfigureAwait(false);
    }

    /// <summary>A plain write, one that takes a lock, or one that gives it back.</summary>
    private static StoreCommand<WriteResult> Write(GatewayRequest request, ImmutableArray<byte> value, ulong flags, ulong? cas)
    {
        if (request.Query.Has("acquire"))
            return new LockCommand(request.Rest, value, flags, request.Query.Get("acquire"));
        if (!request.Query.Has("release"))
            return new SetCommand(request.Rest, value, flags, cas);
        return request.Query.Get("release") is { Length: > 0 } holder
            ? new UnlockCommand(request.Rest, value, flags, holder)
            : throw new RefusedException(500, MissingSession);
    }

    public async Task<Answer> DeleteAsync(GatewayRequest request)
    {
        ReadParameters.Parse(request, 0);
        ReadParameters.CheckNamespace(request.Query);
        RefuseConflict(request.Query, "recurse", "cas");
        var recurse = request.Query.Has("recurse");
        if (!recurse)
            RequireKey(request);
        var cas = Number(request.Query, "cas");
        ReadParameters.CheckDatacenter(request.Query);

        var caller = await request.CallerAsync().ConfigureAwait(false);
        if (recurse)
            caller.RequireWriteAllUnder(request.Rest);
        else
            caller.RequireWrite(request.Rest);
        StoreCommand<WriteResult> command =
            recurse ? new DeleteTreeCommand(request.Rest) : new DeleteCommand(request.Rest, cas);
        return await WriteAsync(command, caller, request).ConfigureAwait(false);
    }

    private async Task<Answer> WriteAsync(StoreCommand<WriteResult> command, Caller caller, GatewayRequest request)
    {
        var result = await store.ExecuteAsync(command with { By = Origins.Of(caller, request) }, request.CancellationToken).ConfigureAwait(false);
        if (result.UnknownSession && ((LockCommand)command).Session is var session)
            throw new RefusedException(500, session.Length == 0 ? MissingSession : SessionId.Unknown(session));
        return request.Pretty ? Said(result.Done, pretty: true) : result.Done ? Done : NotDone;
    }

    private async Task<Answer> GetTreeAsync(GatewayRequest request, ReadOptions options)
    {
        ReadParameters.CheckDatacenter(request.Query);
        var reading = await ReadVisibleAsync(request, options).ConfigureAwait(false);
        var answer = reading.Value.Any() ? Entries(reading.Value, request.Pretty) : Answer.Empty(404);
        return answer.WithMeta(reading);
    }

    private async Task<Answer> GetKeysAsync(GatewayRequest request, ReadOptions options)
    {
        ReadParameters.CheckDatacenter(request.Query);
        // An old spelling of the parameter is still understood.
        var separator = request.Query.Get("separator") is { Length: > 0 } right ? right : request.Query.Get("seperator");
        var reading = await ReadVisibleAsync(request, options).ConfigureAwait(false);
        var keys = KeyList.Of(reading.Value.Select(entry => entry.Key), request.Rest, StoreKey.FromText(separator));
        // The root is never missing, it is an empty list.
        if (keys.Count == 0 && !request.Rest.IsEmpty)
            return Answer.Empty(404).WithMeta(reading);
        return Answer.Json(request.Pretty, json =>
        {
            json.BeginArray();
            foreach (var key in keys)
                json.Text(key.Span);
            json.EndArray();
        }).WithMeta(reading);
    }

    /// <summary>What the caller may see of a prefix; the index is that of the whole prefix, as in Consul.</summary>
    private async Task<Reading<IEnumerable<StoreEntry>>> ReadVisibleAsync(GatewayRequest request, ReadOptions options)
    {
        var caller = await request.CallerAsync().ConfigureAwait(false);
        var reading = await store.ReadPrefixAsync(request.Rest, options, request.CancellationToken).ConfigureAwait(false);
        if (options.AfterIndex > 0)
            caller = await request.CallerAsync().ConfigureAwait(false);
        return caller.Permissions.MayReadAllUnder(request.Rest)
            ? reading
            : reading with { Value = reading.Value.Where(entry => caller.Permissions.MayRead(entry.Key)) };
    }

    private static Answer Said(bool done, bool pretty) => Answer.Json(pretty, json => json.Boolean(done));

    private static Answer Raw(StoreEntry entry) => new(200, "text/plain", entry.Value.AsMemory())
    {
        Headers = [("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "sandbox")],
    };

    private static Answer Entries(IEnumerable<StoreEntry> entries, bool pretty) => Answer.Json(pretty, json =>
    {
        json.BeginArray();
        foreach (var entry in entries)
            Write(json, entry);
        json.EndArray();
    });

    /// <summary>An entry in the order of fields that Consul has.</summary>
    public static void Write(GoJson json, StoreEntry entry)
    {
        json.BeginObject();
        json.Name("LockIndex"u8);
        json.Number(entry.LockIndex);
        json.Name("Key"u8);
        json.Text(entry.Key.Span);
        json.Name("Flags"u8);
        json.Number(entry.Flags);
        json.Name("Value"u8);
        if (entry.Value.IsEmpty)
            json.Null();
        else
            json.Base64(entry.Value.AsSpan());
        if (entry.Session is not null)
        {
            json.Name("Session"u8);
            json.Text(entry.Session);
        }
        json.Name("CreateIndex"u8);
        json.Number(entry.CreateIndex);
        json.Name("ModifyIndex"u8);
        json.Number(entry.ModifyIndex);
        json.EndObject();
    }

    private static void RequireKey(GatewayRequest request)
    {
        if (request.Rest.IsEmpty)
            throw new RefusedException(400, "Missing key name");
    }

    private static void RefuseConflict(QueryParameters query, params ReadOnlySpan<string> exclusive)
    {
        var given = 0;
        foreach (var name in exclusive)
            given += query.Has(name) ? 1 : 0;
        if (given > 1)
            throw new RefusedException(400, $"Conflicting flags: {query.Encode()}");
    }

    /// <summary>A parameter that is a number: absent is null, present must be one.</summary>
    private static ulong? Number(QueryParameters query, string name)
    {
        if (!query.Has(name))
            return null;
        return GoNumber.TryParse(query.Get(name), out var number, out var error) ? number : throw new RefusedException(500, error);
    }
}
