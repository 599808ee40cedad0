using System.Collections.Immutable;
using OverlayBridge.Legacy.Records.Endpoints;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>A container's attachment to a network.</summary>
public sealed record EndpointView
{
    public required string Id { get; init; }

    public required string NetworkId { get; init; }

    /// <summary>The container's name.</summary>
    public required string Name { get; init; }

    /// <summary>IPv4 address with the prefix length of the pool, null when there is none.</summary>
    public string? Address { get; init; }

    /// <summary>IPv6 address with the prefix length of the pool, null when there is none.</summary>
    public string? AddressV6 { get; init; }

    public string? Mac { get; init; }

    /// <summary>Address of the container's host (the record's locator); empty when it does not say.</summary>
    public required string Host { get; init; }

    /// <summary>The container's sandbox; empty before the join and after a leave.</summary>
    public required string Sandbox { get; init; }

    /// <summary>The container has joined: it has a sandbox and join information.</summary>
    public required bool Joined { get; init; }

    /// <summary>Started without a name, so that only its aliases resolve.</summary>
    public bool Anonymous { get; init; }

    public ImmutableArray<string> Aliases { get; init; } = [];

    public ImmutableArray<PortBinding> PublishedPorts { get; init; } = [];

    /// <summary>The MAC address was asked for (<c>--mac-address</c>), not derived from the address.</summary>
    public bool OwnMac { get; init; }

    public ulong ModifyIndex { get; init; }
}
