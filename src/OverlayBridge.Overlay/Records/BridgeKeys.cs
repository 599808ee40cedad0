namespace OverlayBridge.Overlay.Records;

/// <summary>
/// The keys of the bridge's own records, in one place. HOST, CID, NID and EID are single path segments:
/// letters, digits, dot, hyphen and underscore, at most 253 characters.
/// </summary>
public static class BridgeKeys
{
    public const string Root = "overlaybridge/v1/";

    /// <summary>All hosts with everything that belongs to them.</summary>
    public const string Hosts = Root + "hosts/";

    /// <summary>All hosts' signs of life, apart from what belongs to the hosts: who follows that is not woken by each of them.</summary>
    public const string Heartbeats = Root + "heartbeats/";

    /// <summary>All exposures.</summary>
    public const string Exposures = Root + "exposures/";

    /// <summary>All followed sources.</summary>
    public const string Sources = Root + "sources/";

    /// <summary>The takeover; what belongs to it is below this key and a slash.</summary>
    public const string Takeover = Root + "takeover";

    /// <summary>What the takeover's coordinator is doing.</summary>
    public const string TakeoverProgress = Takeover + "/progress";

    /// <summary>Writes that still reached the old store.</summary>
    public const string TakeoverAlarms = Takeover + "/alarms";

    /// <summary>The run of a plan; what belongs to it is below this key, a slash and its id.</summary>
    public const string Migration = Root + "migration";

    /// <summary>What belongs to all runs, the run's record itself not included.</summary>
    public const string Runs = Migration + "/";

    /// <summary>All relays with what belongs to them.</summary>
    public const string Relays = Root + "relays/";

    /// <summary>All requests to probe the path of a network.</summary>
    public const string PathProbes = Root + "path-probes/";

    private const int MaxSegmentLength = 253;

    public static string Host(string host) => Hosts + Segment(host);

    /// <summary>Prefix of what belongs to a host, the host record itself not included.</summary>
    public static string OfHost(string host) => Host(host) + "/";

    public static string Heartbeat(string host) => Heartbeats + Segment(host);

    /// <summary>Where agents of earlier versions have it, and those whose token was made for these.</summary>
    public static string FormerHeartbeat(string host) => OfHost(host) + "heartbeat";

    public static string Container(string host, string containerId) => $"{OfHost(host)}containers/{Segment(containerId)}";

    public static string Network(string host, string networkId) => $"{OfHost(host)}networks/{Segment(networkId)}";

    public static string Attachment(string host, string networkId, string endpointId) =>
        $"{OfHost(host)}attachments/{Segment(networkId)}/{Segment(endpointId)}";

    public static string Stitch(string host, string networkId) => $"{OfHost(host)}stitch/{Segment(networkId)}";

    /// <summary>Prefix of all that the host is asked to do, and of how it is getting on with it.</summary>
    public static string HostTasks(string host) => $"{OfHost(host)}tasks/";

    /// <summary>What the host is asked to do for a step of a run.</summary>
    public static string HostTask(string host, string step) => HostTasks(host) + Segment(step);

    /// <summary>How the host is getting on with it.</summary>
    public static string HostTaskReport(string host, string step) => HostTask(host, step) + "/report";

    /// <summary>What an executor wants a host to probe.</summary>
    public static string Probe(string host, string probe) => $"{OfHost(host)}probes/{Segment(probe)}";

    /// <summary>What the probe saw.</summary>
    public static string ProbeReport(string host, string probe) => Probe(host, probe) + "/report";

    /// <summary>What a host asks of the agent beside a swarm manager.</summary>
    public static string SwarmRequest(string host) => OfHost(host) + "swarm";

    /// <summary>The answer of the agent beside a manager, among the keys that this agent may write.</summary>
    public static string SwarmAnswer(string manager, string host) => $"{OfHost(manager)}swarm-answers/{Segment(host)}";

    /// <summary>How a host's containers stood before it was converted: for the way back.</summary>
    public static string Conversion(string host) => OfHost(host) + "conversion";

    /// <summary>How a container stood before it was moved away from a host: for the way back.</summary>
    public static string Moved(string host, string containerId) => $"{OfMoved(host)}{Segment(containerId)}";

    /// <summary>Prefix of all that were moved away from a host.</summary>
    public static string OfMoved(string host) => OfHost(host) + "moved/";

    /// <summary>What a host asks of the agent of the host that a container moves to.</summary>
    public static string MoveRequest(string host) => OfHost(host) + "move";

    /// <summary>The answer of that agent, among the keys that it may write.</summary>
    public static string MoveAnswer(string target, string host) => $"{OfHost(target)}move-answers/{Segment(host)}";

    /// <summary>What a host has in force for the takeover.</summary>
    public static string HostTakeover(string host) => OfHost(host) + "takeover";

    public static string PathProbe(string legacyNetworkId) => PathProbes + Segment(legacyNetworkId);

    /// <summary>What a host answers to a request to probe.</summary>
    public static string HostPathProbe(string host, string legacyNetworkId) => $"{OfHost(host)}path-probe/{Segment(legacyNetworkId)}";

    public static string Relay(string node) => Relays + Segment(node);

    /// <summary>What a relay has in force for the takeover.</summary>
    public static string RelayTakeover(string node) => Relay(node) + "/takeover";

    /// <summary>Prefix of what belongs to a run.</summary>
    public static string OfRun(string run) => $"{Runs}{Segment(run)}/";

    /// <summary>A part of the run's plan; its value is no record but a piece of compressed JSON.</summary>
    /// <param name="chunk">From 0.</param>
    public static string RunPlan(string run, int chunk) => $"{OfRun(run)}plan/{chunk:D3}";

    /// <summary>The journal's entry of a step.</summary>
    public static string RunStep(string run, string step) => $"{OfRun(run)}steps/{Segment(step)}";

    public static string RunStage(string run, string stage) => $"{OfRun(run)}stages/{Segment(stage)}";

    public static string RunProgress(string run) => OfRun(run) + "progress";

    public static string RunEvents(string run) => OfRun(run) + "events";

    public static string RunWebhooks(string run) => OfRun(run) + "webhooks";

    public static string Exposure(string legacyNetworkId) => Exposures + Segment(legacyNetworkId);

    public static string Follow(string name) => Sources + Segment(name);

    /// <summary>What a key names; null for a key that is none of the bridge's records.</summary>
    public static BridgeKey? TryParse(string key)
    {
        if (!key.StartsWith(Root, StringComparison.Ordinal))
            return null;
        var parts = key[Root.Length..].Split('/', 7);
        if (!parts.All(IsSegment))
            return null;
        return parts switch
        {
            ["hosts", var host] => new BridgeKey.Host(host),
            ["hosts", var host, "heartbeat"] => new BridgeKey.Heartbeat(host),
            ["heartbeats", var host] => new BridgeKey.Heartbeat(host),
            ["hosts", var host, "containers", var id] => new BridgeKey.Container(host, id),
            ["hosts", var host, "networks", var id] => new BridgeKey.Network(host, id),
            ["hosts", var host, "attachments", var network, var endpoint] => new BridgeKey.Attachment(host, network, endpoint),
            ["hosts", var host, "stitch", var id] => new BridgeKey.Stitch(host, id),
            ["hosts", var host, "tasks", var step] => new BridgeKey.HostTask(host, step),
            ["hosts", var host, "tasks", var step, "report"] => new BridgeKey.HostTaskReport(host, step),
            ["hosts", var host, "probes", var probe] => new BridgeKey.Probe(host, probe),
            ["hosts", var host, "probes", var probe, "report"] => new BridgeKey.ProbeReport(host, probe),
            ["hosts", var host, "swarm"] => new BridgeKey.SwarmRequest(host),
            ["hosts", var manager, "swarm-answers", var host] => new BridgeKey.SwarmAnswer(manager, host),
            ["hosts", var host, "conversion"] => new BridgeKey.Conversion(host),
            ["hosts", var host, "moved", var id] => new BridgeKey.Moved(host, id),
            ["hosts", var host, "move"] => new BridgeKey.MoveRequest(host),
            ["hosts", var target, "move-answers", var host] => new BridgeKey.MoveAnswer(target, host),
            ["hosts", var host, "path-probe", var id] => new BridgeKey.HostPathProbe(host, id),
            ["hosts", var host, "takeover"] => new BridgeKey.HostTakeover(host),
            ["path-probes", var id] => new BridgeKey.PathProbe(id),
            ["takeover"] => new BridgeKey.Takeover(),
            ["takeover", "progress"] => new BridgeKey.TakeoverProgress(),
            ["takeover", "alarms"] => new BridgeKey.TakeoverAlarms(),
            ["migration"] => new BridgeKey.Migration(),
            ["migration", var run, "plan", var chunk] => new BridgeKey.RunPlan(run, chunk),
            ["migration", var run, "steps", var step] => new BridgeKey.RunStep(run, step),
            ["migration", var run, "stages", var stage] => new BridgeKey.RunStage(run, stage),
            ["migration", var run, "progress"] => new BridgeKey.RunProgress(run),
            ["migration", var run, "events"] => new BridgeKey.RunEvents(run),
            ["migration", var run, "webhooks"] => new BridgeKey.RunWebhooks(run),
            ["relays", var node] => new BridgeKey.Relay(node),
            ["relays", var node, "takeover"] => new BridgeKey.RelayTakeover(node),
            ["exposures", var id] => new BridgeKey.Exposure(id),
            ["sources", var name] => new BridgeKey.Follow(name),
            _ => null,
        };
    }

    /// <summary>Whether <paramref name="text"/> can stand in a key as it is: a host name must.</summary>
    public static bool IsSegment(string text) =>
        text.Length is > 0 and <= MaxSegmentLength && text is not ("." or "..") &&
        text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    private static string Segment(string text) =>
        IsSegment(text) ? text : throw new ArgumentException($"'{text}' cannot be a part of a key: letters, digits, '.', '-' and '_' only, at most {MaxSegmentLength}", nameof(text));
}

/// <summary>A key under <c>overlaybridge/v1/</c>, taken apart.</summary>
public abstract record BridgeKey
{
    private BridgeKey()
    {
    }

    public sealed record Host(string Name) : BridgeKey;

    public sealed record Heartbeat(string HostName) : BridgeKey;

    public sealed record Container(string HostName, string ContainerId) : BridgeKey;

    public sealed record Network(string HostName, string NetworkId) : BridgeKey;

    public sealed record Attachment(string HostName, string NetworkId, string EndpointId) : BridgeKey;

    public sealed record Stitch(string HostName, string NetworkId) : BridgeKey;

    public sealed record HostTask(string HostName, string Step) : BridgeKey;

    public sealed record HostTaskReport(string HostName, string Step) : BridgeKey;

    public sealed record Probe(string HostName, string Name) : BridgeKey;

    public sealed record ProbeReport(string HostName, string Name) : BridgeKey;

    public sealed record SwarmRequest(string HostName) : BridgeKey;

    public sealed record SwarmAnswer(string ManagerName, string HostName) : BridgeKey;

    public sealed record Conversion(string HostName) : BridgeKey;

    public sealed record Moved(string HostName, string ContainerId) : BridgeKey;

    public sealed record MoveRequest(string HostName) : BridgeKey;

    public sealed record MoveAnswer(string TargetName, string HostName) : BridgeKey;

    public sealed record HostPathProbe(string HostName, string LegacyNetworkId) : BridgeKey;

    public sealed record PathProbe(string LegacyNetworkId) : BridgeKey;

    public sealed record HostTakeover(string HostName) : BridgeKey;

    public sealed record Takeover : BridgeKey;

    public sealed record TakeoverProgress : BridgeKey;

    public sealed record TakeoverAlarms : BridgeKey;

    public sealed record Migration : BridgeKey;

    public sealed record RunPlan(string Run, string Chunk) : BridgeKey;

    public sealed record RunStep(string Run, string Step) : BridgeKey;

    public sealed record RunStage(string Run, string Stage) : BridgeKey;

    public sealed record RunProgress(string Run) : BridgeKey;

    public sealed record RunEvents(string Run) : BridgeKey;

    public sealed record RunWebhooks(string Run) : BridgeKey;

    public sealed record Relay(string NodeName) : BridgeKey;

    public sealed record RelayTakeover(string NodeName) : BridgeKey;

    public sealed record Exposure(string LegacyNetworkId) : BridgeKey;

    public sealed record Follow(string Name) : BridgeKey;
}
