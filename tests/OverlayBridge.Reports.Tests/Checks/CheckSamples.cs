using OverlayBridge.Overlay.Checks;
using OverlayBridge.Reports.Checks;

namespace OverlayBridge.Reports.Tests.Checks;

/// <summary>Checks to look at, in which everything that has a name has a given one.</summary>
internal static class CheckSamples
{
    public static CheckReport Bad(string name) => new(new(
        CheckDocument.CurrentFormatVersion, "bridge://h:8500", new("104a3f1851cc2160217c5cb309ff28d5153dfc41b676b08ee04d61d8cb43464e", name),
        [
            new("h1", "172.31.0.1", 1500, [new("legacy", "10.60.0.0/24", "1-104a3f1851", 256, 1450)]),
            new(name, "172.31.0.3", 1500, [new("swarm", "10.60.0.0/24", "1-8n1kia5u6g", 4097, 1400)]),
            new("h4", "172.31.0.4", null, []),
        ],
        [new("h1", name, "lost"), new(name, "h1", "ok"), new("h1", "h4", "unknown"), new("h4", "h1", "short-only")],
        [
            new("udp-blocked", CheckFinding.Error, ["h1", name], $"No probe from h1 arrives at {name}.", "Packets to UDP port 4789 are dropped between the two.", "Let UDP 4789 through."),
            new("no-answer", CheckFinding.Warning, ["h4"], "The agent on h4 did not answer in time.", "It is busy.", $"See {name}."),
        ]));

    public static CheckReport Good(string name) => new(new(
        CheckDocument.CurrentFormatVersion, "bridge://h:8500", new("104a3f1851cc2160217c5cb309ff28d5153dfc41b676b08ee04d61d8cb43464e", name),
        [
            new("h1", "172.31.0.1", 1500, [new("legacy", "10.60.0.0/24", "1-104a3f1851", 256, 1450)]),
            new("h3", "172.31.0.3", 1500, [new("swarm", "10.60.0.0/24", "1-8n1kia5u6g", 256, 1450)]),
        ],
        [new("h1", "h3", "ok"), new("h3", "h1", "ok")], []));
}
