using System.Net;
using OverlayBridge.Overlay.Exposures;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Checks;

/// <summary>Addresses that both sides could give out.</summary>
internal static class AddressChecks
{
    public static IEnumerable<CheckFinding> Find(NetworkFacts facts)
    {
        foreach (var held in HeldBlock.Of(facts.Exposure, facts.Legacy))
            foreach (var used in held.Pool.Addresses.Where(used => used.Owner == AddressOwner.Endpoint && used.Ordinal >= held.Block.First && used.Ordinal <= held.Block.Last))
                yield return new(
                    "fence-broken", CheckFinding.Error, [], $"{used.Address}, set aside for swarm, belongs to the legacy container '{used.Name}'.",
                    "Swarm may give the same address to another container.", "Restart that container: its engine gives it another address, for these are set in the bitmap.");
        foreach (var (host, attachment) in facts.Attachments.Where(item => item.Attachment.NetworkId == facts.Exposure.SwarmNetworkId))
            if (IsFreeForLegacy(facts, attachment.Address.Address))
                yield return new(
                    "not-set-aside", CheckFinding.Warning, [host],
                    $"{attachment.ContainerName} on {host} has {attachment.Address.Address}, which is free in the legacy bitmap.",
                    "A legacy engine may give the same address to another container.",
                    $"Give it an address of a block set aside for fixed ones: overlaybridge network expose {facts.Exposure.Name} --grow LENGTH.");
        foreach (var twice in facts.Members.GroupBy(static item => item.Attachment.Address.Address).Where(static same => same.Count() > 1))
            yield return new(
                "address-twice", CheckFinding.Error, [.. twice.Select(static item => item.Host).Distinct(StringComparer.Ordinal)],
                $"{twice.Key} belongs to {string.Join(" and ", twice.Select(static item => $"{item.Attachment.ContainerName} on {item.Host}"))}.",
                "Which of them is reached depends on the host that asks.", "Stop one of them and start it again with another address.");
    }

    private static bool IsFreeForLegacy(NetworkFacts facts, IPAddress address)
    {
        if (facts.Exposure.Blocks.Any(block => block.Contains(address)) || facts.Exposure.SubnetOf(address) is not { } subnet ||
            FencePool.Of(facts.Legacy, subnet.Subnet) is not { Truncated: false } pool)
            return false;
        var ordinal = Ordinal(address, subnet.Subnet);
        return !pool.Addresses.Any(used => used.Ordinal <= ordinal && ordinal - used.Ordinal < used.Count && used.InBitmap == true);
    }

    private static ulong Ordinal(IPAddress address, IPNetwork subnet) => Number(address) - Number(subnet.BaseAddress);

    private static uint Number(IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
}
