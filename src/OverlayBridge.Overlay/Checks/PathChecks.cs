using System.Collections.Immutable;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Checks;

/// <summary>What the probes say about the way between hosts.</summary>
internal static class PathChecks
{
    private const string Ok = "ok";
    private const string ShortOnly = "short-only";
    private const string Lost = "lost";
    private const string Unknown = "unknown";

    /// <summary>Every ordered pair of hosts that share a subnet.</summary>
    public static ImmutableArray<CheckedPath> PathsOf(NetworkFacts facts) =>
    [
        .. from sender in facts.Concerned
           from receiver in facts.Concerned
           where sender.Name != receiver.Name && SubnetsOf(facts, sender.Name).Intersect(SubnetsOf(facts, receiver.Name)).Any()
           select new CheckedPath(sender.Name, receiver.Name, StateOf(facts, sender.Name, receiver.Name)),
    ];

    public static IEnumerable<CheckFinding> Find(NetworkFacts facts, ImmutableArray<CheckedPath> paths)
    {
        foreach (var host in facts.Concerned.Where(host => facts.Probes.GetValueOrDefault(host.Name) is not { IsDone: true }))
            yield return Silent(host);
        foreach (var host in facts.Concerned)
            foreach (var problem in facts.Probes.GetValueOrDefault(host.Name)?.Problems ?? [])
                yield return new("not-probed", CheckFinding.Warning, [host.Name], $"{host.Name}: {problem}.", "What could not be probed is not known to work.", "Run the check again; see the agent's log there.");
        foreach (var finding in Blocked(facts, [.. paths.Where(static path => path.State == Lost)], paths))
            yield return finding;
        foreach (var path in paths.Where(static path => path.State == ShortOnly))
            yield return new(
                "path-mtu", CheckFinding.Error, [path.From, path.To], $"From {path.From} to {path.To} short packets arrive and full-length ones do not.",
                "Something between the hosts drops large or fragmented packets: connections open and then hang.",
                "Raise the MTU between the hosts to the overlay's plus 50 bytes, or make the network anew with a smaller MTU (com.docker.network.driver.mtu).");
    }

    private static CheckFinding Silent(HostRecord host) => host.State == HostState.Lost
        ? new(
            "host-lost", CheckFinding.Error, [host.Name], $"{host.Name} has not been heard of since {host.Since:u}.",
            "Its agent or the host is down: what it has programmed stays, and is not kept up to date.", "Start the agent there, or see the host.")
        : new(
            "no-answer", CheckFinding.Warning, [host.Name], $"The agent on {host.Name} did not answer in time.",
            "It is older than this command, busy, or does not reach a control node.", "See its log, and run the check again with a longer --wait.");

    /// <summary>A host that nobody reaches, or that reaches nobody, is named once; only what is left is told by pairs.</summary>
    private static IEnumerable<CheckFinding> Blocked(NetworkFacts facts, ImmutableArray<CheckedPath> lost, ImmutableArray<CheckedPath> paths)
    {
        var deaf = Whole(paths, static path => path.To);
        var mute = Whole(paths, static path => path.From);
        foreach (var host in deaf)
            yield return Of([.. lost.Where(path => path.To == host).Select(static path => path.From).Append(host)], $"No probe from {Listed(lost.Where(path => path.To == host).Select(static path => path.From))} arrives at {host}.",
                $"Packets to UDP port 4789 are dropped at {host}: by a rule on it, or by a firewall in front of it.", $"Let UDP 4789 from the other hosts into {host}{Address(facts, host)}: iptables -S INPUT and nft list ruleset there show the rule.");
        foreach (var host in mute.Except(deaf))
            yield return Of([host, .. lost.Where(path => path.From == host).Select(static path => path.To)], $"No probe from {host} arrives at {Listed(lost.Where(path => path.From == host).Select(static path => path.To))}.",
                $"Packets to UDP port 4789 are dropped on their way out of {host}: by a rule on it, or by a firewall in front of it.", $"Let UDP 4789 out of {host}{Address(facts, host)}: iptables -S OUTPUT and nft list ruleset there show the rule.");
        foreach (var path in lost.Where(path => !deaf.Contains(path.To) && !mute.Contains(path.From)))
            yield return Of([path.From, path.To], $"No probe from {path.From} arrives at {path.To}.",
                $"Packets to UDP port 4789 are dropped between the two{(paths.Any(other => other.From == path.To && other.To == path.From && other.State is Ok or ShortOnly) ? "; the other direction works" : "")}, or {path.From} lacks the entry for {path.To}.",
                $"Let UDP 4789 from {path.From}{Address(facts, path.From)} to {path.To}{Address(facts, path.To)} through; 'network show' tells whether entries are missing.");

        static CheckFinding Of(ImmutableArray<string> hosts, string what, string why, string remedy) => new("udp-blocked", CheckFinding.Error, hosts, what, why, remedy);
    }

    /// <summary>Hosts all of whose paths are lost, where there is more than one: of a single pair nobody can tell at which end.</summary>
    private static HashSet<string> Whole(ImmutableArray<CheckedPath> paths, Func<CheckedPath, string> end) => paths
        .Where(static path => path.State != Unknown).GroupBy(end, StringComparer.Ordinal)
        .Where(static ends => ends.Count() > 1 && ends.All(static path => path.State == Lost)).Select(static ends => ends.Key).ToHashSet(StringComparer.Ordinal);

    private static string StateOf(NetworkFacts facts, string from, string to)
    {
        if (facts.Probes.GetValueOrDefault(from) is not { IsDone: true } sender || facts.Probes.GetValueOrDefault(to) is not { IsDone: true } receiver)
            return Unknown;
        var sent = sender.Sent.Where(one => one.Host == to && one.Count > 0).Select(static one => one.Subnet).ToHashSet();
        if (sent.Count == 0 || receiver.Devices.IsEmpty)
            return Unknown;
        var states = sent.Select(subnet => receiver.Heard.FirstOrDefault(one => one.Host == from && one.Subnet.Equals(subnet)) switch
        {
            { Full: > 0 } => Ok,
            { Short: > 0 } => ShortOnly,
            _ => Lost,
        }).ToList();
        return states.Contains(Lost) ? Lost : states.Contains(ShortOnly) ? ShortOnly : Ok;
    }

    private static IEnumerable<ExposedSubnet> SubnetsOf(NetworkFacts facts, string host) => facts.Members
        .Where(item => item.Host == host).Select(item => facts.Exposure.SubnetOf(item.Attachment.Address.Address)).OfType<ExposedSubnet>().Distinct();

    private static string Address(NetworkFacts facts, string host) => facts.Hosts.FirstOrDefault(one => one.Name == host) is { } known ? $" ({known.Vtep})" : "";

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names);
}
