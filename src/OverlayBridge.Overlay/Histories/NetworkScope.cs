using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records.Networks;

namespace OverlayBridge.Overlay.Histories;

/// <summary>Which keys are a network's business: those with its id between slashes, and the bitmaps of its pools.</summary>
/// <param name="Ids">Full ids. Several when the name had a network before, which has gone.</param>
/// <param name="Keys">Bitmaps of the pools. A pool may have been another network's before.</param>
public sealed record NetworkScope(ImmutableArray<string> Ids, ImmutableArray<string> Keys)
{
    private const int ShortestIdStart = 4;

    /// <param name="known">Networks that there are and were, one of them perhaps several times.</param>
    /// <param name="prefix">What stands before <c>docker/</c> in the keys.</param>
    /// <param name="text">A name, an id, or the beginning of an id.</param>
    /// <returns>Null when no network is or was called so.</returns>
    public static NetworkScope? Of(IReadOnlyCollection<NetworkRecord> known, string prefix, string text)
    {
        var meant = known.Where(network => network.Name == text || network.Id == text).ToList();
        if (meant.Count == 0 && text.Length >= ShortestIdStart)
            meant = [.. known.Where(network => network.Id.StartsWith(text, StringComparison.Ordinal))];
        if (meant.Count == 0)
            return null;
        return new(
            [.. meant.Select(static network => network.Id).Distinct(StringComparer.Ordinal)],
            [
                .. meant.SelectMany(static network => network.IpamV4Info.Concat(network.IpamV6Info))
                    .Select(static info => PoolId.TryParse(info.PoolId, out var pool) ? pool : null).OfType<PoolId>()
                    .Select(pool => new AddressBitmapKey(prefix, pool.AddressSpace, pool.Pool).Format()).Distinct(StringComparer.Ordinal),
            ]);
    }
}
