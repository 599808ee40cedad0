using System.Collections.Immutable;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs;

/// <summary>Where a repair notes what it writes, one write for each key, and what it does not mend.</summary>
internal sealed class RepairSheet(RepairDraft draft)
{
    private readonly List<string> _order = [];
    private readonly Dictionary<string, ImmutableArray<byte>?> _values = [];
    private readonly List<RepairRefusal> _refused = [];
    private readonly List<RepairTarget> _remainders = [];

    /// <summary>What really changes, in the order in which it was noted first.</summary>
    public ImmutableArray<RepairWrite> Writes =>
    [
        .. from key in _order
           let before = draft.Find(key)
           let after = _values[key]
           where before is null ? after is not null : after is not { } value || !before.Value.AsSpan().SequenceEqual(value.AsSpan())
           select new RepairWrite(key, before?.ModifyIndex ?? 0, before?.Value, after),
    ];

    public IReadOnlyList<RepairRefusal> Refused => _refused;

    public ImmutableArray<RepairTarget> Remainders => [.. _remainders.Distinct()];

    public void Put(string key, ImmutableArray<byte> value) => Note(key, value);

    public void Delete(string key) => Note(key, null);

    /// <summary>Leaves a fault as it is.</summary>
    public void Refuse(Observation seen, string reason) =>
        _refused.Add(new RepairRefusal(new(seen.Rule.Id, seen.Subject), seen.Rule.Name, seen.Message, reason));

    /// <summary>Says what is left if the writes stop half-way.</summary>
    public void Remainder(int rule, string subject) => _remainders.Add(new(AuditRules.Of(rule).Id, subject));

    /// <summary>A record as it will be after what was noted so far; null when there is none or it cannot be read.</summary>
    public StoredRecord<T>? Read<T>(RecordFormat<T> format, string key)
        where T : class
    {
        if ((_values.TryGetValue(key, out var noted) ? noted : draft.Find(key)?.Value) is not { } value)
            return null;
        try
        {
            return format.Read(key, value);
        }
        catch (RecordFormatException)
        {
            return null; // the audit has its finding; what needs the record is not repaired
        }
    }

    /// <summary>Changes the bits of B or V; the free counter follows by the bits that changed. Nothing happens where there is no readable one.</summary>
    public void ChangeBits(string key, Func<BitSequence, BitSequence> change)
    {
        if (Read(RecordFormats.Bitmap, key) is { } bitmap)
            Put(key, bitmap.With(bitmap.Value with { Sequence = change(bitmap.Value.Sequence) }).Bytes);
    }

    /// <summary>Changes P; nothing happens where there is no readable one.</summary>
    public void ChangePools(string key, Func<PoolConfigurationRecord, PoolConfigurationRecord> change)
    {
        if (Read(RecordFormats.PoolConfiguration, key) is { } pools)
            Put(key, pools.With(change(pools.Value)).Bytes);
    }

    private void Note(string key, ImmutableArray<byte>? value)
    {
        if (_values.TryAdd(key, value))
            _order.Add(key);
        else
            _values[key] = value;
    }
}
