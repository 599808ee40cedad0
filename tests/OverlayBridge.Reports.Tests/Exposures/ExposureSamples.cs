using System.Net;
using OverlayBridge.Overlay.Exposures;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Reports.Exposures;

namespace OverlayBridge.Reports.Tests.Exposures;

/// <summary>Exposures to look at, in which everything that has a name has a given one.</summary>
internal static class ExposureSamples
{
    private const string Id = "104a3f1851cc2160217c5cb309ff28d5153dfc41b676b08ee04d61d8cb43464e";

    public static ExposureReport Expose(string name, string state = ExposureDocument.Planned) => new(new(
        ExposureDocument.CurrentFormatVersion, "expose", state, new(Id, name), "10.60.0.0/24", "10.60.0.128/25",
        $"10.60.0.128/25 is the highest free block of its size, says {name}.",
        [
            new PlannedChange("exposure", $"overlaybridge/v1/exposures/{Id}", "add", null, "active"),
            new PlannedChange("bitmap", name, "change", name, $"{name} set aside for swarm"),
            new PlannedChange("network", name, "keep", null, name),
            new PlannedChange("entries", "every host with an agent", "add", null, "neighbour and FDB entries"),
        ],
        [], state == ExposureDocument.Done ? [$"h2: {name}"] : [], [$"Host {name} has no agent."],
        [SharedSubnetMap.Taken(Pool(name), Block("10.60.0.128/25"), $"10.60.0.128/25 is the highest free block of its size, says {name}.")], []));

    /// <summary>A further block, beside the fence of before.</summary>
    public static ExposureReport Grow(string name)
    {
        var exposure = new ExposureRecord(
            name, Id, "8n1kia5u6g48tj1lsoazpr7b5", IPNetwork.Parse("10.60.0.0/24"), null, IPNetwork.Parse("10.60.0.128/25"), 256, 256, "consul://h:8500",
            ExposureState.Active, DateTimeOffset.UnixEpoch);
        return new(ExposureDocument.Of(
            new GrowPlan
            {
                Exposure = exposure,
                Subnet = exposure.Subnet,
                Block = Block("10.60.0.64/27"),
                IsSet = false,
                Reason = $"10.60.0.64/27 is the highest free block of its size, says {name}.",
                BitmapKey = name,
                Pool = Pool(name, fenced: true),
                Changes = [new PlannedChange("bitmap", name, "change", name, name)],
            },
            done: true));
    }

    private static FenceBlock Block(string range) => FenceBlock.TryParse("10.60.0.0/24", range, out var block) ? block : throw new FormatException(range);

    private static PoolView Pool(string name, bool fenced = false) => new()
    {
        Id = "GlobalDefault/10.60.0.0/24",
        Kind = PoolKind.Master,
        AddressSpace = "GlobalDefault",
        Subnet = "10.60.0.0/24",
        Configured = true,
        Size = 256,
        HasBitmap = true,
        Addresses =
        [
            Used(0, 1, AddressOwner.Network), Used(1, 1, AddressOwner.Gateway), Used(2, 1, AddressOwner.Endpoint, name), Used(3, 1, AddressOwner.Endpoint, name),
            Used(40, 3, AddressOwner.Unknown), .. fenced ? (UsedAddress[])[Used(128, 127, AddressOwner.Fence)] : [], Used(255, 1, AddressOwner.Broadcast),
        ],
    };

    private static UsedAddress Used(int ordinal, ulong count, AddressOwner owner, string? name = null) => new()
    {
        Address = $"10.60.0.{ordinal}",
        LastAddress = $"10.60.0.{ordinal + (int)count - 1}",
        Count = count,
        Ordinal = (ulong)ordinal,
        Owner = owner,
        Name = name,
        InBitmap = true,
    };

    public static ExposureReport Unexpose(string name) => new(new(
        ExposureDocument.CurrentFormatVersion, "unexpose", ExposureDocument.Planned, new(Id, name), "10.60.0.0/24", "10.60.0.128/25", "",
        [new PlannedChange("network", name, "remove", name, null)], [$"{name} on h3"], [], [],
        [SharedSubnetMap.Given(new(Block("10.60.0.128/25"), name, Pool(name, fenced: true)))], []));

    public static NetworksReport Networks(string name, bool detail = true) => new(
        new(
            NetworksDocument.CurrentFormatVersion, name,
            [
                new(Id, name, "10.60.0.0/24", 256, 2, new(
                    "active", "8n1kia5u6g48tj1lsoazpr7b5", "10.60.0.128/25", 256, DateTimeOffset.UnixEpoch,
                    [
                        new("h1", "172.31.0.1", "up", "legacy", 1, "1-104a3f1851", 3, 3, [], null),
                        new("h2", "172.31.0.2", "up", "legacy", 1, "1-104a3f1851", 3, 2, [$"10.60.0.128: {name}"], null),
                        new(name, "172.31.0.3", "lost", "swarm", 2, null, 2, 0, [], $"no namespace, says {name}"),
                    ],
                    [
                        new("10.60.0.0/24", "10.60.0.1", "10.60.0.128/25", ["10.60.0.64/27"], 256, 256),
                        new("10.62.0.0/24", null, "10.62.0.240/28", [], 257, 4098),
                    ],
                    new(142, 112, 2))),
                new("204a3f1851cc2160217c5cb309ff28d5153dfc41b676b08ee04d61d8cb43464e", null, "10.61.0.0/24", 0, 0, null),
            ]),
        detail);
}
