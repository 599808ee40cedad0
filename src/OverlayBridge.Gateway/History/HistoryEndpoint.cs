using System.Globalization;
using OverlayBridge.Gateway.Access;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Gateway.Kv;
using OverlayBridge.Gateway.Sessions;
using OverlayBridge.Store;
using OverlayBridge.Store.History;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Gateway.History;

/// <summary>
/// <c>GET /v1/overlaybridge/history[?key=…][&amp;segment=…][&amp;since=INDEX|AGE][&amp;below=SEQUENCE][&amp;limit=N]</c>: who changed what when, the
/// newest first (<see cref="HistoryQuery"/>). Below it, what the store held at an index: <c>…/keys?index=N&amp;prefix=…</c> and
/// <c>…/sessions?index=N</c>, as <c>/v1/kv/…?recurse</c> and <c>/v1/session/list</c> show it. Callers see of it what they may read now.
/// </summary>
internal sealed class HistoryEndpoint(IClusterNode node, TimeProvider time)
{
    public const string Path = "/v1/overlaybridge/history";
    public const string KeysPath = Path + "/keys";
    public const string SessionsPath = Path + "/sessions";

    /// <summary>A page ends when it holds so many bytes of values, whatever its limit.</summary>
    private const int MaxPageBytes = 4 * 1024 * 1024;

    public async Task<Answer> GetAsync(GatewayRequest request)
    {
        var query = HistoryQuery.Parse(request.Query, time.GetUtcNow());
        var reading = await ReadAsync(request).ConfigureAwait(false);
        var permissions = (await request.CallerAsync().ConfigureAwait(false)).Permissions;
        var (page, next) = Page(reading.Value.History, query, permissions);
        return Answer.Json(request.Pretty, json => HistoryJson.Write(json, reading.Value, page, next)).WithMeta(reading);
    }

    public async Task<Answer> KeysAsync(GatewayRequest request)
    {
        var (reading, past) = await PastAsync(request).ConfigureAwait(false);
        var permissions = (await request.CallerAsync().ConfigureAwait(false)).Permissions;
        var prefix = StoreKey.FromText(request.Query.Get("prefix"));
        var entries = past.Entries.Under(prefix);
        if (!permissions.MayReadAllUnder(prefix))
            entries = entries.Where(entry => permissions.MayRead(entry.Key));
        return Answer.Json(request.Pretty, json =>
        {
            json.BeginArray();
            foreach (var entry in entries)
                KeyValueEndpoint.Write(json, entry);
            json.EndArray();
        }).WithMeta(past.Index, reading.KnownLeader, reading.LastContact);
    }

    public async Task<Answer> SessionsAsync(GatewayRequest request)
    {
        var (reading, past) = await PastAsync(request).ConfigureAwait(false);
        var sees = (await request.CallerAsync().ConfigureAwait(false)).Permissions.Sessions >= AccessRight.Read;
        return Answer.Json(request.Pretty, json =>
        {
            json.BeginArray();
            foreach (var session in sees ? past.Sessions : [])
                SessionEndpoint.Write(json, session);
            json.EndArray();
        }).WithMeta(past.Index, reading.KnownLeader, reading.LastContact);
    }

    private async Task<(Reading<StoreState> Reading, PastState Past)> PastAsync(GatewayRequest request)
    {
        if (!ulong.TryParse(request.Query.Get("index"), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            throw new RefusedException(400, "index must be an index of the store");
        var reading = await ReadAsync(request).ConfigureAwait(false);
        var state = reading.Value;
        if (index > state.Index)
            throw new RefusedException(410, $"The store is at index {state.Index}: index {index} has not come yet");
        return PastState.At(state, index) is { } past
            ? (reading, past)
            : throw new RefusedException(410, $"The history reaches back to index {state.History.Floor}, not to {index}");
    }

    private Task<Reading<StoreState>> ReadAsync(GatewayRequest request)
    {
        ReadParameters.CheckDatacenter(request.Query);
        return node.ReadStateAsync(ReadParameters.Parse(request, 0) with { AfterIndex = 0 }, request.CancellationToken);
    }

    /// <returns>Next: below which sequence number the next page begins; null when there is none.</returns>
    private static (List<(ulong Sequence, RecordedChange Change)> Changes, ulong? Next) Page(StoreHistory history, HistoryQuery query, Permissions permissions)
    {
        var page = new List<(ulong, RecordedChange)>();
        long bytes = 0;
        foreach (var (sequence, change) in history.Backward(query.Below))
        {
            if (query.IsPast(change))
                break;
            if (!query.Takes(change) || !Sees(permissions, change))
                continue;
            if (page.Count == query.Limit || bytes >= MaxPageBytes)
                return (page, sequence + 1);
            page.Add((sequence, change));
            bytes += change is RecordedKeyChange key ? (key.Before?.Value.Length ?? 0) + (key.After?.Value.Length ?? 0) : 0;
        }
        return (page, null);
    }

    private static bool Sees(Permissions permissions, RecordedChange change) =>
        change is RecordedKeyChange key ? permissions.MayRead(key.Key) : permissions.Sessions >= AccessRight.Read;
}
