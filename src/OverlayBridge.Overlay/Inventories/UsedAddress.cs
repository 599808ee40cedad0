using System.Diagnostics.CodeAnalysis;
using OverlayBridge.Legacy.Addresses;

namespace OverlayBridge.Overlay.Inventories;

/// <summary>
/// A claim on an address, or a range of addresses that are taken and claimed by nothing. Two claims on one address make
/// two entries.
/// </summary>
public sealed record UsedAddress
{
    private readonly AddressPool? _pool;
    private readonly FiledEndpoint? _endpoint;
    private readonly Texts? _told;

    public UsedAddress()
    {
    }

    /// <summary>One of a pool and of an endpoint, if there is one: told from them when somebody asks.</summary>
    [SetsRequiredMembers]
    internal UsedAddress(AddressPool pool, ulong first, ulong last, AddressOwner owner, bool? inBitmap, FiledEndpoint? endpoint)
    {
        (_pool, _endpoint) = (pool, endpoint);
        (Ordinal, Count, Owner, InBitmap) = (first, last - first + 1, owner, inBitmap);
    }

    public required string Address { get => field ?? _pool?.AddressOf(Ordinal).ToString() ?? ""; init; }

    /// <summary>The last address of a range, included; equal to <see cref="Address"/> for a single one.</summary>
    public required string LastAddress { get => field ?? _pool?.AddressOf(Ordinal + (Count - 1)).ToString() ?? ""; init; }

    public required ulong Count { get; init; }

    /// <summary>Ordinal of the first address in the pool's bitmap.</summary>
    public required ulong Ordinal { get; init; }

    public required AddressOwner Owner { get; init; }

    /// <summary>Name of the endpoint or of the auxiliary address.</summary>
    public string? Name { get => _told?.Name ?? (_endpoint?.Outline is { Name: { Length: > 0 } name } ? name : null); init => _told = Told with { Name = value }; }

    public string? NetworkId { get => _told?.NetworkId ?? _endpoint?.NetworkId; init => _told = Told with { NetworkId = value }; }

    public string? EndpointId { get => _told?.EndpointId ?? _endpoint?.Id; init => _told = Told with { EndpointId = value }; }

    /// <summary>By what it says.</summary>
    public bool Equals(UsedAddress? other) =>
        other is not null && (Address, LastAddress, Count, Ordinal) == (other.Address, other.LastAddress, other.Count, other.Ordinal) &&
        (Owner, Name, NetworkId, EndpointId, InBitmap) == (other.Owner, other.Name, other.NetworkId, other.EndpointId, other.InBitmap);

    public override int GetHashCode() => HashCode.Combine(Ordinal, Owner, NetworkId);

    /// <summary>Whether the bitmap has it; null without a readable bitmap. False means that it can be given again.</summary>
    public required bool? InBitmap { get; init; }

    private Texts Told => _told ?? new Texts();

    // What was told and follows from nothing else; nearly no address of a store that was read has any.
    private sealed record Texts
    {
        public string? Name { get; init; }

        public string? NetworkId { get; init; }

        public string? EndpointId { get; init; }
    }
}
