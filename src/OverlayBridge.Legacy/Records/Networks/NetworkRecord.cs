using System.Collections.Immutable;
using OverlayBridge.Legacy.Json;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Legacy.Records.Networks;

/// <summary>N: a network as libnetwork's core keeps it (spec §2.1). Texts are kept as written.</summary>
public sealed record NetworkRecord
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The driver: <c>overlay</c>, or the name of a global-scope plugin.</summary>
    public required string NetworkType { get; init; }

    /// <summary>As stored; engines take it for true, too, when there is an <see cref="IpamV6Info"/>.</summary>
    public required bool EnableIPv6 { get; init; }

    /// <summary>RFC 3339 with the creating host's zone; null before 1.13.</summary>
    public string? Created { get; init; }

    public string Scope { get; init; } = "";

    /// <summary>False or absent: engines no longer write N, C and E of this network.</summary>
    public bool Persist { get; init; }

    public string AddressSpace { get; init; } = "";

    public string IpamType { get; init; } = "default";

    public ImmutableSortedDictionary<string, string>? IpamOptions { get; init; }

    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>What the user asked for, one element per pool.</summary>
    public ImmutableArray<IpamConfig> IpamV4Config { get; init; } = [];

    public ImmutableArray<IpamConfig> IpamV6Config { get; init; } = [];

    /// <summary>What was allocated, in the order of the configuration.</summary>
    public ImmutableArray<IpamInfo> IpamV4Info { get; init; } = [];

    public ImmutableArray<IpamInfo> IpamV6Info { get; init; } = [];

    /// <summary>Everything else the engines know about the network; an object, or null when absent.</summary>
    public JsonValue? Generic { get; init; }

    public bool Internal { get; init; }

    public bool Attachable { get; init; }

    /// <summary>A removal has begun: engines hide the network, and the next one that starts removes it by force.</summary>
    public bool InDelete { get; init; }

    public bool Ingress { get; init; }

    public bool ConfigOnly { get; init; }

    public bool PostIPv6 { get; init; }

    public string ConfigFrom { get; init; } = "";

    public string LoadBalancerIP { get; init; } = "";

    public string LoadBalancerMode { get; init; } = "NAT";

    /// <summary>The options given to the driver (<c>-o</c>), sorted by name.</summary>
    public ImmutableSortedDictionary<string, string> DriverOptions =>
        (Generic?.Find("com.docker.network.generic")?.Members ?? [])
        .Where(m => m.Value.Kind == JsonKind.String)
        .Aggregate(NoOptions, (options, m) => options.SetItem(m.Name, m.Value.Text));

    private static readonly ImmutableSortedDictionary<string, string> NoOptions =
        ImmutableSortedDictionary.Create<string, string>(KeyOrder.Instance);
}
