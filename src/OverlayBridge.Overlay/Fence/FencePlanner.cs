using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Fence;

/// <summary>
/// Chooses the block of a legacy IPv4 network's pool that swarm may give addresses from: free in the bitmap and claimed by
/// nobody, aligned as a CIDR block, as high as can be, outside the ranges of the pool's sub-pools where that is possible.
/// </summary>
public static class FencePlanner
{
    public static FenceDecision Plan(StoreImage image, FenceRequest request)
    {
        var decoded = DecodedImage.Of(image);
        return Plan(decoded, Inventory.Of(decoded), request);
    }

    /// <param name="inventory">Of the same image; with the fences of all exposures, or theirs are taken for leaks.</param>
    public static FenceDecision Plan(DecodedImage decoded, Inventory inventory, FenceRequest request)
    {
        var network = inventory.Networks.FirstOrDefault(n => n.Id == request.NetworkId);
        if (Unfit(network, request.NetworkId) is { } unfit)
            return unfit;
        if (SubnetOf(network!, request, out var refusal) is not { } subnet)
            return refusal!;
        if (FenceGround.Of(decoded.Store, inventory, subnet, out refusal) is not { } ground)
            return refusal!;
        return WrongSize(ground, request) ?? Choose(ground, inventory.Source, network!, subnet, request);
    }

    private static FenceRefusal? Unfit(NetworkView? network, string id) => network switch
    {
        null => Refuse(
            $"The store has no network {id}.",
            "Look at the networks with inspect."),
        { State: NetworkState.Unreadable } => Refuse(
            $"The record of network {id} cannot be decoded.",
            "Repair it first; see the faults of inspect."),
        { Driver: not "overlay" } => Refuse(
            $"Network {network.Name} is of the driver {network.Driver}, not overlay.",
            "Only overlay networks can be shared."),
        { IpamDriver: not "default" } => Refuse(
            $"Addresses of network {network.Name} are given by the plugin {network.IpamDriver}.",
            "Only networks with Docker's own address management can be shared."),
        { Encrypted: true } => Refuse(
            $"Network {network.Name} is encrypted, and no legacy engine can join an encrypted overlay.",
            "Nothing runs on it: recreate it in swarm."),
        { InDelete: true } => Refuse(
            $"The removal of network {network.Name} has begun.",
            "Let it finish, or repair the network first."),
        _ => null,
    };

    private static SubnetView? SubnetOf(NetworkView network, FenceRequest request, out FenceRefusal? refusal)
    {
        var subnets = network.Subnets.Where(s => !s.IsIPv6).ToList();
        var wanted = request.Subnet is null ? subnets : [.. subnets.Where(s => s.Subnet == request.Subnet)];
        string listed = string.Join(", ", subnets.Select(s => s.Subnet));
        refusal = wanted.Count == 1 ? null
            : subnets.Count == 0 ? Refuse($"Network {network.Name} has no IPv4 subnet.", "Only IPv4 subnets can be shared.")
            : request.Subnet is null ? Refuse($"Network {network.Name} has several IPv4 subnets: {listed}.", "Say which one.")
            : Refuse($"Network {network.Name} has no subnet {request.Subnet}.", $"It has {listed}.");
        return refusal is null ? wanted[0] : null;
    }

    private static FenceRefusal? WrongSize(FenceGround ground, FenceRequest request)
    {
        int shortest = ground.Subnet.Length + 1;
        if (request.PrefixLength is not { } length)
            return null;
        if (length < shortest || length > 32)
            return Refuse($"A block of /{length} is no part of {ground.Subnet}.", $"Choose a prefix length from {shortest} to 32.");
        if (1UL << (32 - length) >= request.Needed)
            return null;
        int longest = Smallest(request);
        return Refuse($"A block of /{length} has fewer addresses than the {request.Needed} needed.", longest < shortest
            ? $"No part of {ground.Subnet} has that many: use a network with a larger subnet."
            : $"Choose a prefix length from {shortest} to {longest}.");
    }

    private static FenceDecision Choose(FenceGround ground, string source, NetworkView network, SubnetView subnet, FenceRequest request)
    {
        var mended = ground.WithoutLeaks();
        if (Best(ground, request) is { } found)
        {
            var plan = Plan(ground, network, subnet, request, found.Block, found.OutsideRanges);
            return Best(mended, request) is { } better && better.Block.Capacity > found.Block.Capacity
                ? plan with { Explanation = plan.Explanation.Add(Room(ground, mended, better.Block, source)) }
                : plan;
        }
        int longest = request.PrefixLength ?? Smallest(request);
        string reason = $"Pool {ground.PoolId} has no free aligned block of /{longest} for {request.Needed} addresses.";
        var (nearest, holders) = ground.Nearest(longest);
        return Best(mended, request) is { } room
            ? new FenceRefusal(reason, Room(ground, mended, room.Block, source), holders)
            : new FenceRefusal(
                reason,
                nearest is null
                    ? "Ask for fewer addresses, or use a network with a larger subnet."
                    : $"Free what is in the way in {nearest}, ask for a smaller block, or use a network with a larger subnet.",
                holders);
    }

    /// <summary>The largest block that is free, outside of the ranges that legacy engines take addresses from where there is one.</summary>
    private static (FenceBlock Block, bool OutsideRanges)? Best(FenceGround ground, FenceRequest request)
    {
        int shortest = request.PrefixLength ?? ground.Subnet.Length + 1;
        int longest = request.PrefixLength ?? Smallest(request);
        foreach (bool outsideRanges in (bool[])[true, false])
            for (int length = shortest; length <= longest; length++)
                if (ground.Find(length, request.Needed, outsideRanges) is { } block)
                    return (block, outsideRanges);
        return null;
    }

    private static string Room(FenceGround ground, FenceGround mended, FenceBlock block, string source) =>
        $"{mended.Free - ground.Free} addresses of {ground.PoolId} are leaked: taken, and claimed by nothing. Without them {block} would be free: " +
        $"look with 'overlaybridge repair {source} --rule OB09 --bridge bridge://HOST:PORT', repair with --apply, and run the command again.";

    // The longest prefix, the smallest block, that can give the addresses needed.
    private static int Smallest(FenceRequest request)
    {
        int length = 32;
        while (length > 0 && 1UL << (32 - length) < request.Needed)
            length--;
        return length;
    }

    private static FencePlan Plan(
        FenceGround ground, NetworkView network, SubnetView subnet, FenceRequest request, FenceBlock block, bool outsideRanges)
    {
        return new FencePlan
        {
            NetworkId = network.Id,
            NetworkName = network.Name!,
            PoolId = ground.PoolId,
            Gateway = subnet.Gateway,
            Block = block,
            BitmapKey = ground.BitmapKey,
            BitmapIndex = ground.BitmapIndex,
            Needed = request.Needed,
            LeftToLegacy = ground.Free - block.Capacity,
            Explanation = [.. Explain(ground, network, request, block, outsideRanges)],
        };
    }

    private static IEnumerable<string> Explain(
        FenceGround ground, NetworkView network, FenceRequest request, FenceBlock block, bool outsideRanges)
    {
        yield return $"{block} is the highest free block of its size in {ground.Subnet}: {block.Capacity} addresses for swarm, " +
            $"{ground.Free - block.Capacity} stay with the legacy engines.";
        yield return $"At least {request.Needed} are needed: {request.Nodes} for load-balancer endpoints (one on each swarm node), " +
            $"{request.Containers} for containers.";
        string ranges = string.Join(", ", ground.Ranges);
        if (!ground.Ranges.IsEmpty)
            yield return outsideRanges
                ? $"It lies outside the ranges that legacy engines take addresses from ({ranges})."
                : $"There is no room outside the ranges that legacy engines take addresses from ({ranges}), so it may lie inside one.";
        if (network.UnreadableEndpoints > 0)
            yield return $"{network.UnreadableEndpoints} endpoint records of the network cannot be decoded: their addresses are " +
                "kept free of the block only as far as the bitmap has them.";
        if (network.EnableIPv6)
            yield return "The network's IPv6 pool is not shared: swarm's side is IPv4 only.";
    }

    private static FenceRefusal Refuse(string reason, string remedy) => new(reason, remedy, []);
}
