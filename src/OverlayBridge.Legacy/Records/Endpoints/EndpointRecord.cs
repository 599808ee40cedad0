using System.Collections.Immutable;
using System.Net.NetworkInformation;
using OverlayBridge.Legacy.Json;

namespace OverlayBridge.Legacy.Records.Endpoints;

/// <summary>E: a container's attachment to a network (spec §2.3). The network's id stands in the key only.</summary>
public sealed record EndpointRecord
{
    public required string Id { get; init; }

    /// <summary>The container's name.</summary>
    public required string Name { get; init; }

    /// <summary>Null only for drivers without an interface.</summary>
    public EndpointInterface? Interface { get; init; }

    /// <summary>Null before the container joined.</summary>
    public JoinInfo? JoinInfo { get; init; }

    /// <summary>64 hex digits once joined, empty before the join and after a leave.</summary>
    public string Sandbox { get; init; } = "";

    /// <summary>The host: the part of its cluster-advertise before the first colon. Engines write it and never read it.</summary>
    public string Locator { get; init; } = "";

    /// <summary>Started without an explicit name, so the name does not resolve.</summary>
    public bool Anonymous { get; init; }

    public bool DisableResolution { get; init; }

    /// <summary>Network aliases in the user's order, the short container id, the hostname.</summary>
    public ImmutableArray<string>? Aliases { get; init; }

    public ImmutableArray<TransportPort>? ExposedPorts { get; init; }

    /// <summary>Port map, MAC address asked for, DNS servers and driver options; an object, or null when absent.</summary>
    public JsonValue? Generic
    {
        get => GenericText.Value;
        init => GenericText = new(value);
    }

    /// <summary>The same, perhaps not parsed yet.</summary>
    internal JsonText GenericText { get; init; }

    public bool LoadBalancer { get; init; }

    public string ServiceName { get; init; } = "";

    public string ServiceId { get; init; } = "";

    public ImmutableArray<string>? ServiceAliases { get; init; }

    /// <summary>Never used without swarm; kept as it stands.</summary>
    public JsonValue IngressPorts { get; init; } = JsonValue.Null;

    /// <summary><c>&lt;nil&gt;</c> for none.</summary>
    public string VirtualIP { get; init; } = "<nil>";

    /// <summary>The MAC address the user asked for (<c>--mac-address</c>), or null.</summary>
    public PhysicalAddress? RequestedMac => RequestedMacIn(GenericText);

    /// <summary>The published ports; entries the engines could not read either are left out.</summary>
    public ImmutableArray<PortBinding> PublishedPorts => EndpointFormat.PortMap(GenericText);

    /// <summary>In <see cref="Generic"/>.</summary>
    internal const string RequestedMacField = "com.docker.network.endpoint.macaddress";

    internal static PhysicalAddress? RequestedMacIn(JsonText generic)
    {
        if (generic.Find(RequestedMacField) is not { Kind: JsonKind.String } text)
            return null;
        byte[] mac = new byte[6];
        return Convert.TryFromBase64String(text.Text, mac, out int length) && length == mac.Length
            ? new PhysicalAddress(mac)
            : null;
    }
}
