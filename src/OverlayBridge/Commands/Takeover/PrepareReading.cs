using System.Collections.Immutable;
using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Takeover;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Takeovers;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Takeover;

/// <summary>Reads all that a takeover is judged by: source, cluster, every control node, agents, relays.</summary>
internal sealed class PrepareReading(ConsulSource source, StateUri uri, IConsulClient bridge, ClusterClient cluster, ParseResult parse)
{
    private static readonly ReadOptions Consistent = new(Consistency.Consistent);

    /// <summary>A node tells where it is reached a moment after it has joined.</summary>
    private static readonly TimeSpan MembersPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly TakeoverRecords records = new(bridge);

    /// <summary>As given; none: those of the source's hosts.</summary>
    public ImmutableArray<IPEndPoint> SourceAddresses { get; init; }

    /// <summary>As given; none: those that the members tell.</summary>
    public ImmutableArray<IPEndPoint> Gateways { get; init; }

    public ImmutableArray<string> Hosts { get; init; }

    public bool HasToken { get; init; }

    /// <summary>The engines speak TLS to the source.</summary>
    public bool SourceIsTls { get; init; }

    /// <summary>Engines that are said to come through a relay.</summary>
    public ImmutableArray<IPAddress> Relayed { get; init; }

    /// <summary>The facts, and the ModifyIndex of the takeover's record (0: there is none).</summary>
    /// <exception cref="SourceException">Source or cluster does not answer.</exception>
    public async Task<(PrepareFacts Facts, ulong Index)> ReadAsync(CancellationToken token)
    {
        var status = await bridge.StatusAsync(token).ConfigureAwait(false);
        var latest = await records.TakeoverAsync(token).ConfigureAwait(false);
        var agent = await source.Client.AgentAsync(token).ConfigureAwait(false);
        var image = (await source.ConfirmAsync(token).ConfigureAwait(false)).Image;
        var (members, unannounced) = await MembersAsync(token).ConfigureAwait(false);
        var now = CommandOutput.SurroundingsOf(parse).Time.GetUtcNow();
        var facts = new PrepareFacts(
            source.Name,
            source.Prefix,
            image,
            agent?.Version ?? "",
            SourceAddresses.IsDefaultOrEmpty ? await AddressesAsync(token).ConfigureAwait(false) : SourceAddresses,
            HasToken,
            await NodesAsync(members, token).ConfigureAwait(false),
            status.Source.Length == 0 ? null : new(status.Source, status.Prefix, status.Mode == "primary"),
            latest?.Record,
            await AgentsAsync(token).ConfigureAwait(false),
            Hosts,
            Audit(image),
            now)
        {
            Relays = [.. (await records.RelaysAsync(token).ConfigureAwait(false)).Select(relay => new RelaySighting(relay.Record, now - relay.Record.At < RelayRecord.Patience))],
            Relayed = Relayed,
            Unannounced = unannounced,
            GatewaysNamed = !Gateways.IsDefaultOrEmpty,
        };
        return (facts, latest?.Index ?? 0);
    }

    private static int Audit(StoreImage image) =>
        Auditor.Audit(new AuditInput { Image = image }).Findings.Count(static finding => finding.Severity is AuditSeverity.Critical or AuditSeverity.Error);

    private async Task<ImmutableArray<IPEndPoint>> AddressesAsync(CancellationToken token)
    {
        var addresses = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (var server in uri.Servers)
        {
            try
            {
                addresses.AddRange((await Dns.GetHostAddressesAsync(server.Host, token).ConfigureAwait(false)).Select(ip => new IPEndPoint(ip, server.Port)));
            }
            catch (SocketException e)
            {
                throw new OperatorException(
                    $"'{server.Host}' has no address.", e.Message, "Give the addresses at which the engines reach the store with --source-address IP:PORT.", inner: e);
            }
        }
        return addresses.Count > 0 ? [.. addresses.Distinct()] : throw new OperatorException(
            "Where do the engines reach the source?", "It is named by the environment alone.", "Give its address: consul://IP:8500, or --source-address IP:PORT.");
    }

    /// <summary>The members' records, and those members that have none yet; waits a moment for these. Records of who is no member do not count.</summary>
    private async Task<(List<MemberRecord> Members, ImmutableArray<string> Unannounced)> MembersAsync(CancellationToken token)
    {
        var time = CommandOutput.SurroundingsOf(parse).Time;
        var start = time.GetTimestamp();
        while (true)
        {
            var voting = (await cluster.ViewAsync(token).ConfigureAwait(false)).Members.Select(static member => member.RaftAddress).ToHashSet(StringComparer.Ordinal);
            var members = (await bridge.ListAsync(MemberRecord.Prefix.ToString(), Consistent, token).ConfigureAwait(false)).Value
                .Select(static entry => MemberRecord.Decode(entry.Value.AsSpan())).OfType<MemberRecord>().Where(member => voting.Contains(member.RaftAddress)).ToList();
            ImmutableArray<string> unannounced = [.. voting.Except(members.Select(static member => member.RaftAddress)).Order(StringComparer.Ordinal)];
            if (unannounced.IsEmpty || !Gateways.IsDefaultOrEmpty || time.GetElapsedTime(start) > MembersPatience)
                return (members, unannounced);
            CommandOutput.Of(parse).Progress($"Waiting for {string.Join(", ", unannounced)} to tell where {(unannounced.Length == 1 ? "it is" : "they are")} reached");
            await Task.Delay(Pause, time, token).ConfigureAwait(false);
        }
    }

    private async Task<ImmutableArray<ControlNode>> NodesAsync(List<MemberRecord> members, CancellationToken token)
    {
        var known = Gateways.IsDefaultOrEmpty
            ? members.Select(member => (Name: member.NodeName, Address: IPEndPoint.Parse(AddressFor(member))))
            : Gateways.Select(address => (Name: members.FirstOrDefault(member => AddressFor(member) == $"{address}")?.NodeName ?? "control node", Address: address));
        var nodes = ImmutableArray.CreateBuilder<ControlNode>();
        foreach (var (name, address) in known)
        {
            var member = members.FirstOrDefault(member => AddressFor(member) == $"{address}");
            var fault = !SourceIsTls && member is { Tls: true, PlainAddress: null }
                ? "it speaks TLS alone, and engines speak none to the source: start it with --http-plain HOST:PORT as well"
                : await FaultAsync(address, token).ConfigureAwait(false);
            nodes.Add(new ControlNode(name, address, fault));
        }
        return nodes.Count > 0 ? nodes.DrainToImmutable() : throw new OperatorException(
            $"{bridge.Name} does not know its own members yet.", "Each control node tells its address when it starts.", "Repeat the command in a moment, or give --gateway IP:PORT.");
    }

    /// <summary>Engines go on speaking as they do to the source.</summary>
    private string AddressFor(MemberRecord member) => !SourceIsTls && member.PlainAddress is { } plain ? plain : member.HttpAddress;

    private async Task<string> FaultAsync(IPEndPoint address, CancellationToken token)
    {
        var options = StateArgument.Options(parse);
        // Asked as engines will ask: without TLS, where they speak none.
        if (!SourceIsTls)
            options = options with { Token = SourceFactory.BridgeToken(options), BridgeTls = null, Environment = static _ => null };
        using var node = SourceFactory.Connect(StateUri.Parse($"bridge://{address}"), options);
        try
        {
            var fault = (await node.StatusAsync(token).ConfigureAwait(false)).NotReady;
            return fault.Length > 0 || HasToken || await LetsInAsync(address, options, token).ConfigureAwait(false)
                ? fault
                : $"it asks for tokens, and the source's engines bear none: let them in with 'overlaybridge token create --role engine --anonymous --name engines{(source.Prefix == StateUri.LegacyRoot ? "" : $" --engine-prefix {source.Prefix}")}'";
        }
        catch (SourceException e)
        {
            return e.Cause;
        }
    }

    /// <summary>Whether a client without a token may read the engines' keys.</summary>
    private async Task<bool> LetsInAsync(IPEndPoint address, SourceOptions options, CancellationToken token)
    {
        var bare = options with { Token = null, BridgeTokenFile = null, Environment = name => name.Contains("TOKEN", StringComparison.Ordinal) ? null : options.Environment(name) };
        using var node = SourceFactory.ConnectCluster(StateUri.Parse($"bridge://{address}"), bare);
        return await node.MayReadAsync(source.Prefix + "nodes", token).ConfigureAwait(false);
    }

    private async Task<ImmutableArray<AgentSighting>> AgentsAsync(CancellationToken token)
    {
        var agents = ImmutableArray.CreateBuilder<AgentSighting>();
        foreach (var host in await records.HostsAsync(token).ConfigureAwait(false))
            agents.Add(new AgentSighting(host, (await records.HeartbeatAsync(host.Name, token).ConfigureAwait(false))?.At));
        return agents.DrainToImmutable();
    }
}
