using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources.Consul;

/// <summary>
/// The part of Consul's HTTP API that the bridge needs, with the bridge's own routes beside it. One client serves a whole
/// process; all methods may run at the same time. Every failure but cancellation is a <see cref="SourceException"/>.
/// </summary>
public interface IConsulClient : IDisposable
{
    /// <summary>What to call the store in messages: its STATE, without secrets.</summary>
    string Name { get; }

    /// <summary>Reads one key; null when it is absent. The index of an existing key is its ModifyIndex.</summary>
    ValueTask<Indexed<KeyValueEntry?>> GetAsync(string key, ReadOptions read, CancellationToken token);

    /// <summary>Reads all keys that start with <paramref name="prefix"/>, in byte order; the answer is parsed as it arrives.</summary>
    ValueTask<Indexed<ImmutableArray<KeyValueEntry>>> ListAsync(string prefix, ReadOptions read, CancellationToken token);

    /// <summary>
    /// Gives the keys that start with <paramref name="prefix"/> one by one as they arrive, in byte order, none twice; none at all when the index is still the
    /// one that <paramref name="read"/> waited on, for then nothing has changed. For those who follow many keys: only a few are in memory at a time.
    /// </summary>
    /// <returns>The index they were given at. When it fails, what was given before that is void.</returns>
    async ValueTask<ulong> ReadEachAsync(string prefix, ReadOptions read, Action<KeyValueEntry> each, CancellationToken token)
    {
        var (entries, index) = await ListAsync(prefix, read, token).ConfigureAwait(false);
        if (index != read.Index)
            foreach (var entry in entries)
                each(entry);
        return index;
    }

    /// <summary>Names all keys that start with <paramref name="prefix"/>; with a separator, each only up to the first one behind the prefix.</summary>
    ValueTask<Indexed<ImmutableArray<string>>> KeysAsync(string prefix, string? separator, ReadOptions read, CancellationToken token);

    /// <summary>Reads all sessions.</summary>
    ValueTask<Indexed<ImmutableArray<SessionEntry>>> SessionsAsync(ReadOptions read, CancellationToken token);

    /// <summary>Writes one key; false when the compare-and-set did not match.</summary>
    ValueTask<bool> PutAsync(string key, ReadOnlyMemory<byte> value, WriteOptions write, CancellationToken token);

    /// <summary>Deletes one key; with <paramref name="cas"/> only if that is its ModifyIndex, else false. An absent key gives true.</summary>
    ValueTask<bool> DeleteAsync(string key, ulong? cas, CancellationToken token);

    /// <summary>Deletes all keys that start with <paramref name="prefix"/>, which must not be empty.</summary>
    ValueTask DeleteTreeAsync(string prefix, CancellationToken token);

    /// <summary>
    /// Applies lines made by <see cref="ImportOperation.WriteLine"/> at once or not at all; done twice it changes nothing,
    /// so it is sent again after a lost connection. At most 4 MiB and 10,000 lines.
    /// </summary>
    ValueTask<ImportAnswer> ImportAsync(ReadOnlyMemory<byte> lines, CancellationToken token);

    /// <summary>
    /// Tells a bridge that it follows another store under <paramref name="prefix"/>: from here on it refuses clients' writes there. Done
    /// twice it changes nothing; a bridge that took over, or follows another prefix, refuses.
    /// </summary>
    /// <param name="source">The other store, for people; without secrets.</param>
    ValueTask SetStandbyAsync(string prefix, string source, CancellationToken token);

    /// <summary>Asks who answers; null when the token may not know.</summary>
    ValueTask<AgentAnswer?> AgentAsync(CancellationToken token);

    /// <summary>Asks a bridge node about itself.</summary>
    ValueTask<BridgeStatus> StatusAsync(CancellationToken token);
}
