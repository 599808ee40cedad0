using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources.Consul;

/// <summary>
/// The legacy keys and the sessions of a live Consul. The image's index is that of the prefix: what a blocking query on it
/// goes on from.
/// </summary>
public sealed class ConsulSource(IConsulClient client, string prefix) : IWritableSource
{
    private const int Attempts = 3;

    public string Name => client.Name;

    public string Prefix => prefix;

    public IConsulClient Client => client;

    public ValueTask<StoreImage> ReadAsync(CancellationToken token) => ReadAsync(Consistency.Default, token);

    public async ValueTask<ConfirmedRead> ConfirmAsync(CancellationToken token)
    {
        var image = await ReadAsync(Consistency.Consistent, token).ConfigureAwait(false);
        // The root's index is that of the whole table (spec consul-http.md, rule 14); the separator keeps the answer small.
        var root = await client.KeysAsync("", "/", new(Consistency.Consistent), token).ConfigureAwait(false);
        return new(image, root.Index);
    }

    public ValueTask<WriteOutcome> TryWriteAsync(string key, ulong expectedIndex, ImmutableArray<byte>? value, CancellationToken token) =>
        ConsulWrite.TryAsync(client, key, expectedIndex, value, token);

    public void Dispose() => client.Dispose();

    private async ValueTask<StoreImage> ReadAsync(Consistency consistency, CancellationToken token)
    {
        for (var attempt = 1; ; attempt++)
        {
            var list = await client.ListAsync(prefix, new(consistency), token).ConfigureAwait(false);
            var sessions = await client.SessionsAsync(new(consistency), token).ConfigureAwait(false);
            if (SessionsCover(list.Value, sessions.Value))
                return new(Name, list.Index, list.Value, sessions.Value);
            // A session ended between the two reads; or its list is filtered by an ACL, and then it tells nothing.
            if (attempt == Attempts)
                return new(Name, list.Index, list.Value, sessions.Value) { SessionsKnown = false };
        }
    }

    /// <summary>Whether both reads belong together: each session that holds a key is among the sessions.</summary>
    public static bool SessionsCover(ImmutableArray<KeyValueEntry> entries, ImmutableArray<SessionEntry> sessions)
    {
        var known = sessions.Select(static session => session.Id).ToHashSet(StringComparer.Ordinal);
        return entries.All(entry => entry.Session is null || known.Contains(entry.Session));
    }
}
