using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Stitch;

/// <summary>
/// What one host must have in its overlay namespaces so that the two networks are one. In a namespace of one side: an entry
/// for every endpoint of the other side on another host. The own side's the engine makes itself, but learns of them by gossip, a swarm's
/// at times late and a legacy one at times wrongly: these are told apart. None for endpoints of the own host.
/// </summary>
/// <param name="Legacy">For the namespace of the legacy network, by address.</param>
/// <param name="Swarm">For the namespace of the swarm network, by address.</param>
/// <param name="LegacyPeers">
/// For the namespace of the legacy network, by address: the legacy side's own endpoints on other hosts. Only those whose address and MAC
/// no other endpoint has: where it is not clear who is meant, it is left to the engine.
/// </param>
/// <param name="SwarmPeers">The same for the namespace of the swarm network.</param>
/// <param name="Problems">Endpoints that could get none.</param>
public sealed record StitchTable(
    ImmutableArray<StitchEntry> Legacy, ImmutableArray<StitchEntry> Swarm, ImmutableArray<StitchEntry> LegacyPeers, ImmutableArray<StitchEntry> SwarmPeers,
    ImmutableArray<StitchProblem> Problems)
{
    /// <summary>
    /// The table of one host. Equal sets of hosts and endpoints give equal tables, whatever their order. IPv6 addresses and
    /// those outside the subnet are left out.
    /// </summary>
    /// <param name="thisHost">Name of the host.</param>
    public static StitchTable For(
        StitchNetwork network, IEnumerable<StitchHost> hosts, IEnumerable<StitchEndpoint> endpoints, string thisHost)
    {
        var vteps = hosts.GroupBy(h => h.Name).ToDictionary(g => g.Key, g => g.Select(h => h.Vtep).MinBy(AddressNumber.Of)!);
        var problems = ImmutableArray.CreateBuilder<StitchProblem>();
        var all = Sorted(endpoints.Where(e => e.Address.AddressFamily == AddressFamily.InterNetwork && network.Subnet.Contains(e.Address))).ToList();
        var known = all.Where(e => e.Host != thisHost && Known(e, vteps, thisHost, problems)).ToList();
        return new StitchTable(
            EntriesFor(StitchSide.Legacy, network, known, vteps, problems),
            EntriesFor(StitchSide.Swarm, network, known, vteps, problems),
            PeersOf(StitchSide.Legacy, known, all, vteps),
            PeersOf(StitchSide.Swarm, known, all, vteps),
            problems.ToImmutable());
    }

    /// <summary>The entries for the namespace of one side.</summary>
    public ImmutableArray<StitchEntry> For(StitchSide side) => side == StitchSide.Legacy ? Legacy : Swarm;

    private static bool Known(StitchEndpoint endpoint, Dictionary<string, IPAddress> vteps, string thisHost,
        ImmutableArray<StitchProblem>.Builder problems)
    {
        string? reason = !vteps.TryGetValue(endpoint.Host, out var vtep)
                ? $"the VTEP of host {endpoint.Host} is not known"
            : vteps.TryGetValue(thisHost, out var own) && own.Equals(vtep)
                ? $"hosts {endpoint.Host} and {thisHost} have one VTEP, {vtep}"
            : endpoint.Mac.GetAddressBytes().Length != 6 ? "its MAC address has not six bytes"
            : null;
        if (reason is not null)
            problems.Add(new StitchProblem(endpoint, reason));
        return reason is null;
    }

    private static ImmutableArray<StitchEntry> EntriesFor(StitchSide side, StitchNetwork network, List<StitchEndpoint> endpoints,
        Dictionary<string, IPAddress> vteps, ImmutableArray<StitchProblem>.Builder problems)
    {
        var far = side == StitchSide.Legacy ? StitchSide.Swarm : StitchSide.Legacy;
        uint? vni = network.LegacyVni == network.SwarmVni ? null : network.VniOf(far);
        var entries = ImmutableArray.CreateBuilder<StitchEntry>();
        var byAddress = new Dictionary<IPAddress, StitchEntry>();
        var byMac = new Dictionary<PhysicalAddress, StitchEntry>();
        foreach (var endpoint in endpoints.Where(e => e.Side == far))
        {
            var entry = new StitchEntry(endpoint.Address, endpoint.Mac, vteps[endpoint.Host], vni);
            // The kernel has one MAC for an address and one VTEP for a MAC.
            var rival = byAddress.GetValueOrDefault(entry.Address)
                ?? (byMac.TryGetValue(entry.Mac, out var same) && !same.Vtep.Equals(entry.Vtep) ? same : null);
            if (rival is not null)
            {
                problems.Add(new StitchProblem(endpoint, $"{rival.Address} with MAC {MacText(rival)} at {rival.Vtep} came first"));
                continue;
            }
            entries.Add(entry);
            byAddress.Add(entry.Address, entry);
            byMac.TryAdd(entry.Mac, entry);
        }
        return entries.DrainToImmutable();
    }

    private static ImmutableArray<StitchEntry> PeersOf(StitchSide side, List<StitchEndpoint> known, List<StitchEndpoint> all, Dictionary<string, IPAddress> vteps)
    {
        var addresses = all.CountBy(e => e.Address).ToDictionary();
        var macs = all.CountBy(e => e.Mac).ToDictionary();
        return
        [
            .. known.Where(e => e.Side == side && addresses[e.Address] == 1 && macs[e.Mac] == 1)
                .Select(e => new StitchEntry(e.Address, e.Mac, vteps[e.Host], null)),
        ];
    }

    // The order decides which of two endpoints with one address is believed, so it must not hang on the order of arrival.
    private static IEnumerable<StitchEndpoint> Sorted(IEnumerable<StitchEndpoint> endpoints) => endpoints.Distinct()
        .OrderBy(e => AddressNumber.Of(e.Address)).ThenBy(e => e.Host, KeyOrder.Instance)
        .ThenBy(e => e.Mac.ToString(), StringComparer.Ordinal);

    private static string MacText(StitchEntry entry) => string.Join(':', entry.Mac.GetAddressBytes().Select(b => $"{b:x2}"));
}
