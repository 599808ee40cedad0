using System.Collections.Immutable;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Exposures;

/// <summary>The block for an exposure: a new one, or that of an interrupted expose where it still holds.</summary>
/// <param name="AlreadySet">The interrupted expose has set the bits.</param>
internal sealed record FenceChoice(FenceBlock Block, string BitmapKey, string Reason, bool AlreadySet)
{
    /// <returns>Null with a refusal when there is no room.</returns>
    public static FenceChoice? For(
        FenceRequest request, StoreImage image, Inventory legacy, ExposureRecord? interrupted, out ExposeRefusal? refusal)
    {
        refusal = null;
        if (interrupted is not null && Resumed(image, legacy, interrupted) is { } resumed)
            return resumed;
        switch (FencePlanner.Plan(image, request))
        {
            case FencePlan plan:
                return new(plan.Block, plan.BitmapKey, string.Join(' ', plan.Explanation), AlreadySet: false);
            case FenceRefusal none:
                refusal = new("no-room", none.Reason, InTheWay(none.InTheWay), none.Remedy);
                return null;
            default:
                throw new InvalidOperationException("a fence decision is a plan or a refusal");
        }
    }

    private static FenceChoice? Resumed(StoreImage image, Inventory legacy, ExposureRecord interrupted)
    {
        if (!FenceBlock.TryParse(interrupted.Subnet.ToString(), interrupted.Fence.ToString(), out var block) ||
            FencePool.Of(legacy, interrupted.Subnet) is not { } pool || !FencePool.ClaimedIn(pool, interrupted.Fence).IsEmpty)
            return null;
        var key = FencePool.BitmapKey(legacy, pool);
        var entry = image.Entries.First(entry => entry.Key == key);
        return FenceBits.Take(RecordFormats.Bitmap.Read(entry), block).Outcome switch
        {
            FenceOutcome.AlreadySo => new(block, key, $"{block} was set aside by an interrupted expose.", AlreadySet: true),
            FenceOutcome.Changed => new(block, key, $"{block} was chosen by an interrupted expose and is still free.", AlreadySet: false),
            _ => null,
        };
    }

    private static string InTheWay(ImmutableArray<string> holders) => holders.IsEmpty
        ? "Both sides need addresses of their own, or the same one would be given twice."
        : $"In the way: {string.Join(", ", holders)}.";
}
