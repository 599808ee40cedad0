using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Repairs;

/// <summary>One key changed by compare-and-set.</summary>
/// <param name="Key">In Consul's form.</param>
/// <param name="ExpectedIndex">The ModifyIndex that the key must have; 0: it must not exist. Of a key that an earlier step of the same plan changes it is not known yet.</param>
/// <param name="Before">The bytes there are, null for no key.</param>
/// <param name="After">The bytes that will be, null to delete the key.</param>
public sealed record RepairWrite(string Key, ulong ExpectedIndex, ImmutableArray<byte>? Before, ImmutableArray<byte>? After)
{
    /// <summary>What the write changes in the words of the record: <c>free 10.80.0.3</c>, <c>count 3 -> 2</c>. Read off the bytes themselves.</summary>
    public ImmutableArray<string> Changes => WriteWords.Of(this);

    /// <summary>By content, the bytes included.</summary>
    public bool Equals(RepairWrite? other) =>
        other is not null && Key == other.Key && ExpectedIndex == other.ExpectedIndex && Same(Before, other.Before) && Same(After, other.After);

    public override int GetHashCode() => HashCode.Combine(Key, ExpectedIndex);

    private static bool Same(ImmutableArray<byte>? a, ImmutableArray<byte>? b) =>
        a is { } x && b is { } y ? x.AsSpan().SequenceEqual(y.AsSpan()) : a is null && b is null;
}
