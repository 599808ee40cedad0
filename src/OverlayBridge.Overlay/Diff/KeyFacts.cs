using System.Security.Cryptography;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Diff;

/// <summary>Keys without a meaning to us, so that a change in them still shows.</summary>
internal static class KeyFacts
{
    public static IEnumerable<Thing> Of(Inventory inventory, StoreImage image, Touched touched)
    {
        var faults = inventory.Faults.ToLookup(f => f.Key);
        var keys = inventory.Faults.Select(f => f.Key).Concat(inventory.ForeignKeys).Where(touched.Key).ToHashSet();
        return
            from entry in keys.Count == 0 ? [] : image.Entries
            where keys.Contains(entry.Key)
            select new Thing(ChangeKind.Key, entry.Key, null,
                new Facts()
                    .Add("bytes", entry.Bytes.Length)
                    .Add("sha256", Convert.ToHexStringLower(SHA256.HashData(entry.Bytes.Span)))
                    .Add("fault", faults[entry.Key].Select(f => $"byte {f.Offset}: {f.Reason}"))
                    .ToImmutable(),
                entry.Key);
    }
}
