using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Takeovers;

/// <summary>Judges whether a takeover can be prepared. A pure function; the same for a dry run.</summary>
public static class PrepareChecks
{
    /// <summary>The store's limit of one value, Consul's own.</summary>
    private const int MaxValueBytes = 512 * 1024;

    /// <summary>Agents send a heartbeat every 5 s; a clock that differs by more than this beyond it is worth a word.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan HeartbeatAge = TimeSpan.FromSeconds(10);

    public static PreparePlan Of(PrepareFacts facts)
    {
        var hosts = Chosen(facts);
        ImmutableArray<PrepareCheck> checks =
        [
            Source(facts), Keys(facts), Sessions(facts), Addresses(facts, hosts), Cluster(facts), Standby(facts), .. Latest(facts),
            .. Engines(facts, hosts), .. Hosts(facts, hosts), .. Relays(facts), .. Clocks(hosts, facts.Now), Audit(facts), Tokens(facts),
        ];
        return new PreparePlan(checks, [.. hosts.Select(static agent => agent.Host.Name)]);
    }

    private static PrepareCheck Source(PrepareFacts facts) => facts.SourceVersion.Length == 0
        ? Note("source", $"{facts.Source} answers; its version is not told: its token may not read the agent")
        : Ok("source", $"{facts.Source} answers: Consul {facts.SourceVersion}, index {facts.Image.Index}");

    private static PrepareCheck Keys(PrepareFacts facts)
    {
        var entries = facts.Image.Entries;
        var bytes = entries.Sum(static entry => (long)entry.Bytes.Length);
        if (entries.IsEmpty)
            return Problem("keys", $"there is no key under '{facts.Prefix}': is it the right store, and the right prefix (--prefix)?");
        if (entries.FirstOrDefault(static entry => entry.Bytes.Length > MaxValueBytes) is { } large)
            return Problem("keys", Text($"'{large.Key}' has {large.Bytes.Length} bytes, at most {MaxValueBytes} can be stored: delete it, or leave it out with --prefix"));
        return Ok("keys", Text($"{entries.Length} keys under '{facts.Prefix}', {(bytes + 1023) / 1024} KiB"));
    }

    private static PrepareCheck Sessions(PrepareFacts facts)
    {
        if (!facts.Image.SessionsKnown)
            return Problem("sessions", "the source does not show the sessions that hold its keys: use a token that may read them (session:read)");
        var nodes = facts.Image.Sessions.Select(static session => session.Node).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return Ok("sessions", Text($"{facts.Image.Sessions.Length} sessions{(nodes.Count == 0 ? "" : $" of node {string.Join(", ", nodes)}")}; ids and node names are kept"));
    }

    private static PrepareCheck Addresses(PrepareFacts facts, ImmutableArray<AgentSighting> hosts)
    {
        if (facts.Relays.FirstOrDefault(relay => facts.SourceAddresses.Contains(relay.Record.Listen)) is { Record: var record })
            return Problem("addresses", $"{record.Listen} is relay {record.Name}: name the old store where the relay reaches it, {record.Source}");
        if (hosts.IsEmpty && !facts.Relays.IsEmpty)
            return Ok("addresses", "no host is redirected: engines go on at the addresses of the relays");
        var there = $"engines are redirected from {string.Join(", ", facts.SourceAddresses)}";
        if (facts.SourceAddresses.Any(source => facts.Nodes.Any(node => node.Address.Equals(source))))
            return Problem("addresses", $"{there}, which is a control node: name the old store's own address");
        var loopback = facts.Nodes.Where(static node => IPAddress.IsLoopback(node.Address.Address)).Select(static node => node.Address).ToList();
        return loopback.Count > 0 && !facts.SourceAddresses.All(static source => IPAddress.IsLoopback(source.Address))
            ? Problem("addresses", $"control nodes are reached at {string.Join(", ", loopback)} only, which on a host is the host itself: let them listen elsewhere, or give --gateway IP:PORT")
            : Ok("addresses", $"{there} to {string.Join(", ", facts.Nodes.Select(static node => node.Address))}");
    }

    private static PrepareCheck Cluster(PrepareFacts facts)
    {
        var faulty = facts.Nodes.Where(static node => node.Fault.Length > 0).Select(static node => $"{node.Name} at {node.Address}: {node.Fault}").ToList();
        if (faulty.Count > 0)
            return Problem("cluster", $"not all control nodes serve: {string.Join("; ", faulty)}");
        if (!facts.Unannounced.IsEmpty && !facts.GatewaysNamed)
            return Problem("cluster", $"not all members have told where they are reached: {string.Join(", ", facts.Unannounced)}; the hosts would not know them as gateways. Start them, remove those that are gone for good ('overlaybridge cluster remove'), or name all control nodes with --gateway");
        return facts.Nodes.Length == 1
            ? Note("cluster", "1 control node serves; engines depend on it alone, three would survive the loss of one")
            : Ok("cluster", Text($"{facts.Nodes.Length} control nodes serve, with room on their disks"));
    }

    private static PrepareCheck Standby(PrepareFacts facts) => facts.Standby switch
    {
        null => Ok("standby", $"from prepare on the cluster follows the source and refuses other writes under '{facts.Prefix}'"),
        { TakenOver: true } taken => Problem("standby", $"the cluster has taken over '{taken.Prefix}' from {taken.Source} already"),
        var other when other.Prefix != facts.Prefix => Problem("standby", $"the cluster follows '{other.Prefix}' of {other.Source}: it follows one store at a time"),
        var same => Ok("standby", $"the cluster follows '{same.Prefix}' of {same.Source}; 'import --follow' may go on until the commit"),
    };

    private static IEnumerable<PrepareCheck> Latest(PrepareFacts facts)
    {
        if (facts.Latest is { } latest && !TakeoverPhases.IsOver(latest.Phase))
            yield return Problem("takeover", $"a takeover from {latest.Source} is {Word(latest.Phase)} since {latest.PhaseSince:u}: abort it, or carry it through");
    }

    private static IEnumerable<PrepareCheck> Engines(PrepareFacts facts, ImmutableArray<AgentSighting> hosts)
    {
        var engines = Inventory.From(facts.Image).Hosts;
        var agents = hosts.Select(static agent => agent.Host.Vtep.ToString()).ToHashSet(StringComparer.Ordinal);
        var relayed = facts.Relays.Where(static relay => relay.IsHeard).SelectMany(static relay => relay.Record.Clients)
            .Concat(facts.Relayed).Select(static address => address.ToString()).ToHashSet(StringComparer.Ordinal);
        var without = engines.Where(host => host.Registered && !agents.Contains(host.Address)).Select(static host => host.Address).ToList();
        var missing = without.Where(address => !relayed.Contains(address)).ToList();
        var registered = engines.Count(static host => host.Registered);
        if (missing.Count == 0 && without.Count == 0)
            yield return Ok("engines", Text($"{registered} engines are registered in docker/nodes, each with an agent that takes part"));
        else if (missing.Count == 0)
            yield return Ok("engines", Text($"{registered} engines are registered in docker/nodes; through a relay come {string.Join(", ", without)}"));
        else if (facts.Relays.IsEmpty)
            yield return Problem("engines", $"no agent takes part on {string.Join(", ", missing)}: start one there (serve --roles agent), or let it reach the store through a relay");
        else
            yield return Problem("engines", $"no agent takes part on {string.Join(", ", missing)}, and no relay has seen it lately: start an agent there (serve --roles agent), or let it reach the store through the relay; one that comes from another address is named with --relayed");
        var silent = engines.Where(host => !host.Registered && !agents.Contains(host.Address)).Select(static host => host.Address).ToList();
        if (silent.Count > 0)
            yield return Note("engines", $"endpoints name hosts whose engines are not registered: {string.Join(", ", silent)}; an engine that starts there later must find the new store");
    }

    private static IEnumerable<PrepareCheck> Hosts(PrepareFacts facts, ImmutableArray<AgentSighting> hosts)
    {
        var unknown = facts.Asked.Except(facts.Agents.Select(static agent => agent.Host.Name)).ToList();
        if (unknown.Count > 0)
            yield return Problem("agents", $"no agent is known by the name {string.Join(", ", unknown)}");
        var lost = hosts.Where(static agent => agent.Host.State != HostState.Up).Select(static agent => agent.Host.Name).ToList();
        if (lost.Count > 0)
            yield return Problem("agents", $"not heard of: {string.Join(", ", lost)}");
        else if (hosts.Length > 0)
            yield return Ok("agents", $"take part: {string.Join(", ", hosts.Select(static agent => agent.Host.Name))}");
        else if (facts.Relays.IsEmpty)
            yield return Problem("agents", "no host has an agent: start one on each (serve --roles agent)");
        else
            yield return Note("agents", "no host has an agent that takes part");
    }

    private static IEnumerable<PrepareCheck> Relays(PrepareFacts facts)
    {
        foreach (var (relay, isHeard) in facts.Relays)
        {
            if (!isHeard)
                yield return Problem("relays", $"{relay.Name} at {relay.Listen} is not heard of: start it; if it is gone for good, delete the key {BridgeKeys.Relay(relay.Name)}");
            else if (relay.Source != facts.Source)
                yield return Note("relays", $"{relay.Name} listens on {relay.Listen} and passes on to {relay.Source}, which must be the same store as {facts.Source}");
            else
                yield return Ok("relays", $"{relay.Name} listens on {relay.Listen} and passes on to {relay.Source}");
        }
    }

    private static IEnumerable<PrepareCheck> Clocks(ImmutableArray<AgentSighting> hosts, DateTimeOffset now)
    {
        var off = hosts.Where(agent => agent.Heartbeat is { } beat && (now - beat < -ClockTolerance || now - beat > HeartbeatAge + ClockTolerance))
            .Select(agent => Text($"{agent.Host.Name} by about {(now - agent.Heartbeat!.Value).TotalSeconds:0} s")).ToList();
        if (off.Count > 0)
            yield return Note("clocks", $"differ from this one's: {string.Join(", ", off)}; times in reports differ with them, the takeover itself does not depend on them");
        else if (hosts.Length > 0)
            yield return Ok("clocks", Text($"within {ClockTolerance.TotalSeconds:0} s on all hosts"));
    }

    private static PrepareCheck Audit(PrepareFacts facts) => facts.Findings == 0
        ? Ok("audit", "no critical finding and no error in the source")
        : Note("audit", Text($"{facts.Findings} findings that are critical or errors come over with the keys: see 'overlaybridge audit {facts.Source}'"));

    private static PrepareCheck Tokens(PrepareFacts facts) => facts.HasToken
        ? Note("tokens", "the source is read with a token: the control nodes need the same in their environment (CONSUL_HTTP_TOKEN); the engines' own tokens are not asked for by the cluster")
        : Ok("tokens", "the source asks for none");

    private static ImmutableArray<AgentSighting> Chosen(PrepareFacts facts) =>
        [.. facts.Agents.Where(agent => facts.Asked.IsEmpty ? IsLegacy(agent, facts.Image) : facts.Asked.Contains(agent.Host.Name)).OrderBy(static agent => agent.Host.Name, StringComparer.Ordinal)];

    /// <summary>A host whose engine works on the source: agents also run on hosts that never did, such as swarm's.</summary>
    private static bool IsLegacy(AgentSighting agent, StoreImage image) =>
        Inventory.From(image).Hosts.Any(host => host.Address == agent.Host.Vtep.ToString());

    private static string Word(TakeoverPhase phase) => phase.ToString().ToLowerInvariant();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static PrepareCheck Ok(string name, string text) => new(name, CheckVerdict.Ok, text);

    private static PrepareCheck Note(string name, string text) => new(name, CheckVerdict.Note, text);

    private static PrepareCheck Problem(string name, string text) => new(name, CheckVerdict.Problem, text);
}
