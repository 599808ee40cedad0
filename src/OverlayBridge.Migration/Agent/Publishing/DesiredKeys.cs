using System.Collections.Immutable;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Publishing;

/// <summary>What keys an agent wants in the store, with their values.</summary>
/// <param name="IsComplete">False: what is not named here may still be right and is not deleted.</param>
internal sealed record DesiredKeys(ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Values, bool IsComplete)
{
    public static DesiredKeys None { get; } =
        new(ImmutableSortedDictionary.Create<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal), IsComplete: false);

    public DesiredKeys With<T>(string key, T record)
        where T : IBridgeRecord<T> => this with { Values = Values.SetItem(key, BridgeRecords.Encode(record)) };

    /// <summary>
    /// The writes that turn what is stored into what is wanted: nothing for what is equal, byte for byte.
    /// </summary>
    /// <param name="stored">The keys that the writer owns, as they are.</param>
    public (ImmutableArray<string> Put, ImmutableArray<string> Delete) Against(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> stored) =>
    (
        [.. Values.Where(v => !stored.TryGetValue(v.Key, out var there) || !there.Span.SequenceEqual(v.Value.Span)).Select(static v => v.Key)],
        IsComplete ? [.. stored.Keys.Where(key => !Values.ContainsKey(key)).Order(StringComparer.Ordinal)] : []);
}
