using OverlayBridge.Overlay.Exposures;
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
        [], state == ExposureDocument.Done ? [$"h2: {name}"] : [], [$"Host {name} has no agent."]));

    public static ExposureReport Unexpose(string name) => new(new(
        ExposureDocument.CurrentFormatVersion, "unexpose", ExposureDocument.Planned, new(Id, name), "10.60.0.0/24", "10.60.0.128/25", "",
        [new PlannedChange("network", name, "remove", name, null)], [$"{name} on h3"], [], []));

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
                    ])),
                new("204a3f1851cc2160217c5cb309ff28d5153dfc41b676b08ee04d61d8cb43464e", null, "10.61.0.0/24", 0, 0, null),
            ]),
        detail);
}
