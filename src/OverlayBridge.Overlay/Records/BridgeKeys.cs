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

    /// <summary>What the host is asked to do for a step of a run.</summary>
    public static string HostTask(string host, string step) => $"{OfHost(host)}tasks/{Segment(step)}";

    /// <summary>How the host is getting on with it.</summary>
    public static string HostTaskReport(string host, string step) => HostTask(host, step) + "/report";

    /// <summary>What a host has in force for the takeover.</summary>
    public static string HostTakeover(string host) => OfHost(host) + "takeover";

    public static string PathProbe(string legacyNetworkId) => PathProbes + Segment(legacyNetworkId);

    /// <summary>What a host answers to a request to probe.</summary>
    public static string HostPathProbe(string host, string legacyNetworkId) => $"{OfHost(host)}path-probe/{Segment(legacyNetworkId)}";

    public static string Relay(string node) => Relays + Segment(node);

    /// <summary>What a relay has in force for the takeover.</summary>
    public static string RelayTakeover(string node) => Relay(node) + "/takeover";

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
            ["hosts", var host, "path-probe", var id] => new BridgeKey.HostPathProbe(host, id),
            ["hosts", var host, "takeover"] => new BridgeKey.HostTakeover(host),
            ["path-probes", var id] => new BridgeKey.PathProbe(id),
            ["takeover"] => new BridgeKey.Takeover(),
            ["takeover", "progress"] => new BridgeKey.TakeoverProgress(),
            ["takeover", "alarms"] => new BridgeKey.TakeoverAlarms(),
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

    public sealed record HostPathProbe(string HostName, string LegacyNetworkId) : BridgeKey;

    public sealed record PathProbe(string LegacyNetworkId) : BridgeKey;

    public sealed record HostTakeover(string HostName) : BridgeKey;

    public sealed record Takeover : BridgeKey;

    public sealed record TakeoverProgress : BridgeKey;

    public sealed record TakeoverAlarms : BridgeKey;

    public sealed record Relay(string NodeName) : BridgeKey;

    public sealed record RelayTakeover(string NodeName) : BridgeKey;

    public sealed record Exposure(string LegacyNetworkId) : BridgeKey;

    public sealed record Follow(string Name) : BridgeKey;
}
