using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Tests.Repairs;

/// <summary>A store in memory with compare-and-set, in which somebody else may be quicker at any write.</summary>
internal sealed class ModelSource : IWritableSource
{
    private readonly SortedDictionary<string, KeyValueEntry> _entries = new(KeyOrder.Instance);
    private ulong _index = 100_000;

    public ModelSource(StoreImage image)
    {
        foreach (var entry in image.Entries)
            _entries[entry.Key] = entry;
    }

    public string Name => "consul://model";

    public string Prefix => "docker/";

    public int Attempts { get; private set; }

    public int Written { get; private set; }

    /// <summary>Runs before each write, with its number from 0 and its key.</summary>
    public Action<int, string>? BeforeWrite { get; set; }

    public StoreImage Image => new(Name, _index, [.. _entries.Values], []) { SessionsKnown = false };

    public KeyValueEntry? Find(string key) => _entries.GetValueOrDefault(key);

    /// <summary>Somebody else's write.</summary>
    public void Set(string key, ImmutableArray<byte> value)
    {
        var old = _entries.GetValueOrDefault(key);
        ++_index;
        _entries[key] = old is null ? new KeyValueEntry(key, value, 3304740253564472344, _index, _index) : old with { Value = value, ModifyIndex = _index };
    }

    /// <summary>Somebody else's deletion.</summary>
    public void Remove(string key)
    {
        _index++;
        _entries.Remove(key);
    }

    public ValueTask<StoreImage> ReadAsync(CancellationToken token) => new(Image);

    public ValueTask<ConfirmedRead> ConfirmAsync(CancellationToken token) => new(new ConfirmedRead(Image, _index));

    public ValueTask<WriteOutcome> TryWriteAsync(string key, ulong expectedIndex, ImmutableArray<byte>? value, CancellationToken token)
    {
        BeforeWrite?.Invoke(Attempts++, key);
        if ((_entries.GetValueOrDefault(key)?.ModifyIndex ?? 0) != expectedIndex)
            return new(WriteOutcome.Conflict);
        Written++;
        if (value is { } bytes)
            Set(key, bytes);
        else
            Remove(key);
        return new(WriteOutcome.Written);
    }

    public void Dispose()
    {
    }
}
