using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using OverlayBridge.Legacy.Records.Endpoints;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>A container's attachment to a network.</summary>
/// <remarks>Of a store that was read, what nobody asks of most endpoints is read from the record when it is asked for.</remarks>
public sealed record EndpointView
{
    private readonly FiledEndpoint? _filed;
    private EndpointRecord? _record;

    public EndpointView()
    {
    }

    /// <param name="filed">One that can be decoded.</param>
    [SetsRequiredMembers]
    internal EndpointView(FiledEndpoint filed)
    {
        var outline = filed.Outline!;
        _filed = filed;
        (NetworkId, Name, Host, ModifyIndex) = (filed.NetworkId, outline.Name, outline.Locator, filed.Entry.ModifyIndex);
        (Joined, Anonymous, OwnMac) = (outline.HasSandbox && outline.HasJoinInfo, outline.Anonymous, outline.HasRequestedMac);
    }

    public required string Id { get => field ?? _filed?.Id ?? ""; init; }

    public required string NetworkId { get; init; }

    /// <summary>The container's name.</summary>
    public required string Name { get; init; }

    /// <summary>IPv4 address with the prefix length of the pool, null when there is none.</summary>
    public string? Address { get => field ?? Record?.Interface?.Address; init; }

    /// <summary>IPv6 address with the prefix length of the pool, null when there is none.</summary>
    public string? AddressV6 { get => field ?? Record?.Interface?.AddressV6; init; }

    public string? Mac { get => field ?? Record?.Interface?.Mac; init; }

    /// <summary>Address of the container's host (the record's locator); empty when it does not say.</summary>
    public required string Host { get; init; }

    /// <summary>The container's sandbox; empty before the join and after a leave.</summary>
    public required string Sandbox { get => field ?? Record?.Sandbox ?? ""; init; }

    /// <summary>The container has joined: it has a sandbox and join information.</summary>
    public required bool Joined { get; init; }

    /// <summary>Started without a name, so that only its aliases resolve.</summary>
    public bool Anonymous { get; init; }

    public ImmutableArray<string> Aliases { get => field.IsDefault ? Record?.Aliases ?? [] : field; init; }

    public ImmutableArray<PortBinding> PublishedPorts { get => field.IsDefault ? Record?.PublishedPorts ?? [] : field; init; }

    /// <summary>The MAC address was asked for (<c>--mac-address</c>), not derived from the address.</summary>
    public bool OwnMac { get; init; }

    public ulong ModifyIndex { get; init; }

    private EndpointRecord? Record => _record ??= _filed?.Read();

    /// <summary>By what it says, whether that was read already or not.</summary>
    public bool Equals(EndpointView? other) =>
        other is not null && (Id, NetworkId, Name, Host, Sandbox) == (other.Id, other.NetworkId, other.Name, other.Host, other.Sandbox) &&
        (Address, AddressV6, Mac, OwnMac) == (other.Address, other.AddressV6, other.Mac, other.OwnMac) &&
        (Joined, Anonymous, ModifyIndex) == (other.Joined, other.Anonymous, other.ModifyIndex) &&
        Aliases.SequenceEqual(other.Aliases) && PublishedPorts.SequenceEqual(other.PublishedPorts);

    public override int GetHashCode() => HashCode.Combine(Id, NetworkId);
}
