using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Tests.Expose;

/// <summary>A key-value store in memory with Consul's compare-and-set; also as a source of its legacy state.</summary>
internal sealed class CasStore(string name, Faults faults) : IConsulClient, IStateSource
{
    private readonly SortedDictionary<string, KeyValueEntry> _entries = new(KeyOrder.Instance);
    private readonly Lock _gate = new();
    private ulong _index = 100_000;
    private int _reads;

    public string Name => name;

    public string Prefix => "docker/";

    /// <summary>Runs before a compare-and-set, once: somebody who is quicker.</summary>
    public Func<Task>? Race { get; set; }

    /// <summary>Reads of keys and prefixes so far.</summary>
    public int Reads => Volatile.Read(ref _reads);

    public ImmutableArray<KeyValueEntry> Entries
    {
        get
        {
            lock (_gate)
                return [.. _entries.Values];
        }
    }

    public void Load(StoreImage image)
    {
        foreach (var entry in image.Entries)
            _entries[entry.Key] = entry;
    }

    public void Set(string key, ImmutableArray<byte> value, ulong flags = 0)
    {
        lock (_gate)
        {
            var created = _entries.TryGetValue(key, out var old) ? old.CreateIndex : _index + 1;
            _entries[key] = new(key, value, flags, created, ++_index);
        }
    }

    public ValueTask<StoreImage> ReadAsync(CancellationToken token) => new(new StoreImage(name, _index, Entries, []));

    public ValueTask<Indexed<KeyValueEntry?>> GetAsync(string key, ReadOptions read, CancellationToken token)
    {
        Interlocked.Increment(ref _reads);
        lock (_gate)
        {
            var entry = _entries.GetValueOrDefault(key);
            return new(new Indexed<KeyValueEntry?>(entry, entry?.ModifyIndex ?? _index));
        }
    }

    public ValueTask<Indexed<ImmutableArray<KeyValueEntry>>> ListAsync(string prefix, ReadOptions read, CancellationToken token)
    {
        Interlocked.Increment(ref _reads);
        return new(new Indexed<ImmutableArray<KeyValueEntry>>([.. Entries.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))], _index));
    }

    public async ValueTask<bool> PutAsync(string key, ReadOnlyMemory<byte> value, WriteOptions write, CancellationToken token)
    {
        if (Race is { } race)
        {
            Race = null;
            await race();
        }
        return faults.Change(() =>
        {
            lock (_gate)
            {
                if (write.Cas is { } cas && cas != (_entries.GetValueOrDefault(key)?.ModifyIndex ?? 0))
                    return false;
                Set(key, [.. value.Span], write.Flags);
                return true;
            }
        });
    }

    public ValueTask<bool> DeleteAsync(string key, ulong? cas, CancellationToken token) => new(faults.Change(() =>
    {
        lock (_gate)
        {
            if (cas is { } index && _entries.TryGetValue(key, out var entry) && entry.ModifyIndex != index)
                return false;
            _entries.Remove(key);
            _index++;
            return true;
        }
    }));

    public ValueTask<Indexed<ImmutableArray<string>>> KeysAsync(string prefix, string? separator, ReadOptions read, CancellationToken token) =>
        throw new NotSupportedException("expose lists no keys");

    public ValueTask<Indexed<ImmutableArray<SessionEntry>>> SessionsAsync(ReadOptions read, CancellationToken token) =>
        throw new NotSupportedException("expose reads no sessions");

    public ValueTask DeleteTreeAsync(string prefix, CancellationToken token) => throw new NotSupportedException("expose deletes no tree");

    public ValueTask<ImportAnswer> ImportAsync(ReadOnlyMemory<byte> lines, CancellationToken token) =>
        throw new NotSupportedException("expose imports nothing");

    public ValueTask SetStandbyAsync(string prefix, string source, CancellationToken token) => throw new NotSupportedException("expose sets no mode");

    public ValueTask<AgentAnswer?> AgentAsync(CancellationToken token) => throw new NotSupportedException("expose asks nobody who it is");

    public ValueTask<BridgeStatus> StatusAsync(CancellationToken token) => throw new NotSupportedException("expose asks for no status");

    public void Dispose()
    {
    }
}
