using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.Engines;

/// <summary>A network as an engine shows it.</summary>
/// <param name="Scope"><c>local</c>, <c>global</c> (legacy overlay) or <c>swarm</c>.</param>
/// <param name="Subnets">In the engine's order.</param>
/// <param name="Gateway">Of the first subnet that has one.</param>
/// <param name="Vnis">From the option <c>com.docker.network.driver.overlay.vxlanid_list</c>, which swarm always sets; empty otherwise.</param>
public sealed record EngineNetwork(
    string Id,
    string Name,
    string Driver,
    string Scope,
    bool Attachable,
    ImmutableArray<IPNetwork> Subnets,
    IPAddress? Gateway,
    ImmutableArray<uint> Vnis,
    DateTimeOffset Created)
{
    public bool IsOverlay => Driver == "overlay";

    /// <summary>Given at creation (<c>--label</c>).</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>By content, the lists included.</summary>
    public bool Equals(EngineNetwork? other) =>
        other is not null && Id == other.Id && Name == other.Name && Driver == other.Driver && Scope == other.Scope &&
        Attachable == other.Attachable && Subnets.SequenceEqual(other.Subnets) && Equals(Gateway, other.Gateway) &&
        Vnis.SequenceEqual(other.Vnis) && Created == other.Created && Labels.SequenceEqual(other.Labels);

    public override int GetHashCode() => HashCode.Combine(Id, Name, Scope);
}

/// <summary>A network to be made.</summary>
/// <param name="Pools">Its subnets, in this order.</param>
/// <param name="Internal">Without a way out through docker_gwbridge.</param>
/// <param name="Options">Driver options.</param>
public sealed record NetworkSpec(
    string Name,
    string Driver,
    bool Attachable,
    bool Internal,
    ImmutableArray<PoolSpec> Pools,
    ImmutableSortedDictionary<string, string> Options,
    ImmutableSortedDictionary<string, string> Labels);

/// <summary>A subnet of a network to be made.</summary>
/// <param name="IpRange">The block addresses are handed out from; null: all of the subnet.</param>
/// <param name="Gateway">Null: the engine chooses.</param>
public sealed record PoolSpec(IPNetwork Subnet, IPNetwork? IpRange, IPAddress? Gateway);
