using System.Collections.Immutable;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Exposures;

/// <summary>Finds the network a person means by its name, its id, or the beginning of its id, as Docker does.</summary>
public static class NetworkFinder
{
    private const int ShortestIdStart = 4;

    /// <summary>The exact name or id wins over the beginning of an id. Several results: the text is ambiguous.</summary>
    public static ImmutableArray<NetworkView> Find(Inventory inventory, string text)
    {
        var exact = inventory.Networks.Where(network => network.Name == text || network.Id == text).ToImmutableArray();
        return !exact.IsEmpty || text.Length < ShortestIdStart
            ? exact
            : [.. inventory.Networks.Where(network => network.Id.StartsWith(text, StringComparison.Ordinal))];
    }
}
