using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.SyntheticStores.Cluster;

/// <summary>A Consul that only counts: the keys with their indexes, values made when the image is taken.</summary>
internal sealed class StoreKeys(string source, Random random)
{
    /// <summary>libkv's lock magic, which stands at every key.</summary>
    public const ulong Flags = 3304740253564472344;

    private readonly Dictionary<string, Slot> _slots = [];
    private readonly List<SessionEntry> _sessions = [];
    private ulong _index = 10;

    private sealed record Slot(ulong Created, ulong Modified, Func<ImmutableArray<byte>> Value, string? Session);

    public void Put(string key, Func<ImmutableArray<byte>> value, string? session = null)
    {
        ulong index = NextIndex();
        ulong created = _slots.TryGetValue(key, out var before) ? before.Created : index;
        _slots[key] = new Slot(created, index, value, session);
    }

    /// <summary>An empty marker, written once.</summary>
    public void PutMarker(string key)
    {
        if (!_slots.ContainsKey(key))
            Put(key, static () => []);
    }

    public void Delete(string key)
    {
        NextIndex();
        _slots.Remove(key);
    }

    /// <summary>A session as libkv makes one to keep a host's key alive.</summary>
    public void AddSession(string id) =>
        _sessions.Add(new SessionEntry(id, "", "consul-1", 1_000_000, "delete", "30s", ["serfHealth"], NextIndex(), _index));

    public StoreImage ToImage() => new(
        source,
        _index,
        [
            .. _slots.OrderBy(s => s.Key, KeyOrder.Instance).Select(s => new KeyValueEntry(
                s.Key, s.Value.Value(), Flags, s.Value.Created, s.Value.Modified, 0, s.Value.Session)),
        ],
        [.. _sessions.OrderBy(s => s.Id, StringComparer.Ordinal)]);

    // Renewals, locks and other programs use up indexes too.
    private ulong NextIndex() => _index += random.Next(5) == 0 ? 2ul : 1ul;
}
