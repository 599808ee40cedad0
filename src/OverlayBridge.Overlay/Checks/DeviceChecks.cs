using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Checks;

/// <summary>What devices, VNIs, MTUs and routes of the hosts say.</summary>
internal static class DeviceChecks
{
    /// <summary>What VXLAN adds in front of a packet, with the outer IPv4 header and Ethernet.</summary>
    private const int Encapsulation = 50;

    public static IEnumerable<CheckFinding> Find(NetworkFacts facts) =>
        Mtu(facts).Concat(facts.Probes.SelectMany(probe => Uplink(probe.Key, probe.Value).Concat(Clashes(facts, probe.Key, probe.Value)).Concat(Routes(facts, probe.Key, probe.Value))));

    private static IEnumerable<CheckFinding> Mtu(NetworkFacts facts)
    {
        foreach (var subnet in facts.Exposure.Subnets)
        {
            var devices = facts.Probes.SelectMany(probe => probe.Value.Devices.Where(device => device.Subnet.Equals(subnet.Subnet)).Select(device => (Host: probe.Key, device.Mtu))).ToList();
            var groups = devices.GroupBy(static device => device.Mtu, static device => device.Host).OrderBy(static group => group.Key).ToList();
            if (groups.Count > 1)
                yield return new(
                    "mtu-mismatch", CheckFinding.Error, [.. devices.Select(static device => device.Host).Distinct(StringComparer.Ordinal)],
                    $"The MTU of {subnet.Subnet} differs: {string.Join("; ", groups.Select(static group => $"{group.Key} on {string.Join(", ", group.Distinct(StringComparer.Ordinal))}"))}.",
                    "Hosts with the smaller one drop full-length packets of the others without a word: connections open and then hang.",
                    $"Unexpose '{facts.Exposure.Name}' and expose it again, which gives swarm the legacy network's MTU; restart containers on hosts that still have another one.");
        }
    }

    private static IEnumerable<CheckFinding> Uplink(string host, PathProbeReport probe)
    {
        if (probe.UplinkMtu is { } uplink && probe.Devices.Where(device => device.Mtu + Encapsulation > uplink).OrderByDescending(static device => device.Mtu).FirstOrDefault() is { } device)
            yield return new(
                "mtu-uplink", CheckFinding.Warning, [host], $"{host} sends VXLAN over an interface with MTU {uplink}; the overlay's {device.Mtu} needs {device.Mtu + Encapsulation}.",
                "Full-length packets are cut in two, which is slow, and some networks drop the pieces.", "Raise the interface's MTU, or make the network anew with a smaller one (com.docker.network.driver.mtu).");
    }

    private static IEnumerable<CheckFinding> Clashes(NetworkFacts facts, string host, PathProbeReport probe)
    {
        var own = facts.Exposure.Subnets.SelectMany(static subnet => new[] { subnet.LegacyVni, subnet.SwarmVni }).ToHashSet();
        foreach (var foreign in probe.Foreign.Where(device => own.Contains(device.Vni)))
            yield return Clash(host, foreign.Vni, $"the device {foreign.Name} of another program", $"Give {foreign.Name} another VNI or another UDP port.");
        var others = from item in facts.Networks
                     where item.Host == host && item.Network.Id != facts.Exposure.LegacyNetworkId && item.Network.Id != facts.Exposure.SwarmNetworkId
                     from vni in item.Network.Vnis
                     where own.Contains(vni) && facts.Members.Any(member => member.Host == host)
                     select (item.Network.Name, vni);
        foreach (var (name, vni) in others)
            yield return Clash(host, vni, $"the network '{name}'", $"Move the users of '{name}' to a network with another VNI.");

        CheckFinding Clash(string where, uint vni, string holder, string remedy) => new(
            "vni-clash", CheckFinding.Error, [where], $"On {where} VNI {vni} belongs to {holder} as well as to '{facts.Exposure.Name}'.",
            "A host has one VXLAN device for a VNI: whichever network comes second cannot be joined there.", remedy);
    }

    private static IEnumerable<CheckFinding> Routes(NetworkFacts facts, string host, PathProbeReport probe)
    {
        foreach (var route in probe.Routes)
            yield return new(
                "host-route", CheckFinding.Warning, [host], $"{host} has the route {route}, which overlaps '{facts.Exposure.Name}'.",
                "The host itself reaches these addresses by that route, and containers lose what lies behind it: to them the addresses are the overlay's.",
                $"Move what is behind {route} to other addresses, or containers of '{facts.Exposure.Name}' that need it to another network.");
    }
}
