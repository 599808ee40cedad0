using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OverlayBridge.Overlay.Checks;
using OverlayBridge.Reports.Exposures;

namespace OverlayBridge.Reports.Checks;

/// <summary>What <c>network check</c> found. Its JSON is a contract: docs/schemas/check.schema.json.</summary>
/// <param name="Source">The bridge that was asked.</param>
/// <param name="Hosts">Hosts that have a container of the network, with their VXLAN devices.</param>
/// <param name="Paths">Every ordered pair of them, with what the probes say.</param>
/// <param name="Findings">The worst first; none: all is well.</param>
public sealed record CheckDocument(
    int FormatVersion, string Source, ExposedNetwork Network, ImmutableArray<CheckedHost> Hosts, ImmutableArray<CheckedPath> Paths, ImmutableArray<CheckFinding> Findings)
{
    public const int CurrentFormatVersion = 1;

    /// <summary>A host that another cannot reach, or that is not known to be reached.</summary>
    [JsonIgnore]
    internal int Ways => Paths.Count(static path => path.State == "ok");

    public static CheckDocument Of(string source, NetworkFacts facts, CheckOutcome outcome) => new(
        CurrentFormatVersion, source, new(facts.Exposure.LegacyNetworkId, facts.Exposure.Name),
        [
            .. facts.Concerned.Select(host => new CheckedHost(
                host.Name, host.Vtep.ToString(), facts.Probes.GetValueOrDefault(host.Name)?.UplinkMtu,
                [
                    .. facts.Probes.GetValueOrDefault(host.Name)?.Devices.Select(device => new CheckedDevice(
                        device.NetworkId == facts.Exposure.LegacyNetworkId ? "legacy" : "swarm", device.Subnet.ToString(), device.Namespace, device.Vni, device.Mtu)) ?? [],
                ])),
        ],
        outcome.Paths, outcome.Findings);
}

/// <summary>A host of a network.</summary>
/// <param name="UplinkMtu">Of the interface that sends its VXLAN packets; null where the agent did not tell.</param>
public sealed record CheckedHost(string Name, string Vtep, int? UplinkMtu, ImmutableArray<CheckedDevice> Devices);

/// <summary>A VXLAN device of the network.</summary>
/// <param name="Side"><c>legacy</c> or <c>swarm</c>.</param>
public sealed record CheckedDevice(string Side, string Subnet, string Namespace, uint Vni, int Mtu);
