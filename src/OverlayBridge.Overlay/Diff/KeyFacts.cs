using System.Security.Cryptography;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Diff;

/// <summary>Keys without a meaning to us, so that a change in them still shows.</summary>
internal static class KeyFacts
{
    public static IEnumerable<Thing> Of(Inventory inventory, StoreImage image)
    {
        var faults = inventory.Faults.ToLookup(f => f.Key);
        var foreign = inventory.ForeignKeys.ToHashSet();
        return image.Entries.Where(e => faults.Contains(e.Key) || foreign.Contains(e.Key)).Select(e => new Thing(ChangeKind.Key, e.Key, null,
            new Facts()
                .Add("bytes", e.Value.Length)
                .Add("sha256", Convert.ToHexStringLower(SHA256.HashData(e.Value.AsSpan())))
                .Add("fault", faults[e.Key].Select(f => $"byte {f.Offset}: {f.Reason}"))
                .ToImmutable(),
            e.Key));
    }
}
