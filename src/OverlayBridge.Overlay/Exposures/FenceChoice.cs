using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Exposures;

/// <summary>The block for one subnet of an exposure: a new one, or that of an interrupted expose where it still holds.</summary>
/// <param name="AlreadySet">The interrupted expose has set the bits.</param>
internal sealed record FenceChoice(FenceBlock Block, string BitmapKey, string Reason, bool AlreadySet)
{
    /// <returns>Null with a refusal when there is no room.</returns>
    public static FenceChoice? For(
        FenceRequest request, DecodedImage decoded, Inventory legacy, ExposureRecord? interrupted, out ExposeRefusal? refusal)
    {
        refusal = null;
        var begun = interrupted?.Subnets.FirstOrDefault(subnet => subnet.Subnet.ToString() == request.Subnet);
        if (begun is not null && Resumed(decoded, legacy, begun.Subnet, begun.Fence) is { } resumed)
            return resumed;
        switch (FencePlanner.Plan(decoded, legacy, request))
        {
            case FencePlan plan:
                return new(plan.Block, plan.BitmapKey, string.Join(' ', plan.Explanation), AlreadySet: false);
            case FenceRefusal none:
                refusal = Refusal(none);
                return null;
            default:
                throw new InvalidOperationException("a fence decision is a plan or a refusal");
        }
    }

    /// <summary>A block that an interrupted command has chosen, as far as it still holds.</summary>
    public static FenceChoice? Resumed(DecodedImage decoded, Inventory legacy, IPNetwork subnet, IPNetwork chosen)
    {
        if (!FenceBlock.TryParse(subnet.ToString(), chosen.ToString(), out var block) ||
            FencePool.Of(legacy, subnet) is not { } pool || !FencePool.ClaimedIn(pool, chosen).IsEmpty)
            return null;
        var key = FencePool.BitmapKey(legacy, pool);
        var entry = decoded.Image.Entries.First(entry => entry.Key == key);
        return FenceBits.Take(RecordFormats.Bitmap.Read(entry), block).Outcome switch
        {
            FenceOutcome.AlreadySo => new(block, key, $"{block} was set aside by an interrupted expose.", AlreadySet: true),
            FenceOutcome.Changed => new(block, key, $"{block} was chosen by an interrupted expose and is still free.", AlreadySet: false),
            _ => null,
        };
    }

    public static ExposeRefusal Refusal(FenceRefusal none) => new("no-room", none.Reason, InTheWay(none.InTheWay), none.Remedy);

    private static string InTheWay(ImmutableArray<string> holders) => holders.IsEmpty
        ? "Both sides need addresses of their own, or the same one would be given twice."
        : $"In the way: {string.Join(", ", holders)}.";
}
