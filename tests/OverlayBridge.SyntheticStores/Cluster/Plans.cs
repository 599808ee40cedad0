using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;

namespace OverlayBridge.SyntheticStores.Cluster;

/// <summary>A pool to be asked for, as <c>docker network create</c> gives it.</summary>
/// <param name="Master">The subnet.</param>
/// <param name="Asked">False for a default pool: then the user wrote nothing.</param>
/// <param name="Range"><c>--ip-range</c>.</param>
/// <param name="Gateway">Plain address, null for the first free one.</param>
/// <param name="Aux">Plain addresses by name, null for none.</param>
internal sealed record PoolPlan(
    Cidr Master, bool Asked = true, Cidr? Range = null, string? Gateway = null, ImmutableSortedDictionary<string, string>? Aux = null);

/// <summary>A network to be made.</summary>
internal sealed record NetworkPlan(string Id, string Name, ImmutableArray<PoolPlan> Pools)
{
    /// <summary>RFC 3339, as Go prints it.</summary>
    public required string Created { get; init; }

    public bool Internal { get; init; }

    public bool Attachable { get; init; }

    public ImmutableSortedDictionary<string, string> Options { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public bool IPv6 => Pools.Any(p => p.Master.IsIPv6);

    public bool Encrypted => Options.ContainsKey("encrypted");
}

/// <summary>A running container.</summary>
/// <param name="Sandbox">64 hex digits.</param>
/// <param name="Host">Plain address.</param>
internal sealed record ContainerPlan(string Id, string Name, string Sandbox, string Host)
{
    /// <summary>Started without a name.</summary>
    public bool Anonymous { get; init; }

    /// <summary>Null for the default, the short id.</summary>
    public string? HostName { get; init; }

    /// <summary>Protocol, port and, if published, the host's port.</summary>
    public ImmutableArray<(byte Protocol, ushort Port, ushort? HostPort)> Ports { get; init; } = [];

    public bool Publishes => Ports.Any(p => p.HostPort is not null);
}

/// <summary>How a container asks to be attached.</summary>
/// <param name="Subnet">Of which IPv4 pool the address is asked for; null to take what comes.</param>
/// <param name="Mac">Six bytes in base64, as <c>--mac-address</c> leaves them; null for none.</param>
/// <param name="OtherPublishes">Another endpoint of the container carries its published ports already.</param>
internal sealed record AttachPlan(
    string EndpointId, string InterfaceName, ImmutableArray<string> Aliases, int? Subnet = null, string? Mac = null, bool OtherPublishes = false);
