namespace OverlayBridge.Overlay.Inventories;

/// <summary>
/// A claim on an address, or a range of addresses that are taken and claimed by nothing. Two claims on one address make
/// two entries.
/// </summary>
public sealed record UsedAddress
{
    public required string Address { get; init; }

    /// <summary>The last address of a range, included; equal to <see cref="Address"/> for a single one.</summary>
    public required string LastAddress { get; init; }

    public required ulong Count { get; init; }

    /// <summary>Ordinal of the first address in the pool's bitmap.</summary>
    public required ulong Ordinal { get; init; }

    public required AddressOwner Owner { get; init; }

    /// <summary>Name of the endpoint or of the auxiliary address.</summary>
    public string? Name { get; init; }

    public string? NetworkId { get; init; }

    public string? EndpointId { get => field ?? Endpoint?.Id; init; }

    /// <summary>The endpoint itself, for its id when somebody asks for that.</summary>
    internal FiledEndpoint? Endpoint { private get; init; }

    /// <summary>By what it says.</summary>
    public bool Equals(UsedAddress? other) =>
        other is not null && (Address, LastAddress, Count, Ordinal) == (other.Address, other.LastAddress, other.Count, other.Ordinal) &&
        (Owner, Name, NetworkId, EndpointId, InBitmap) == (other.Owner, other.Name, other.NetworkId, other.EndpointId, other.InBitmap);

    public override int GetHashCode() => HashCode.Combine(Ordinal, Owner, NetworkId);

    /// <summary>Whether the bitmap has it; null without a readable bitmap. False means that it can be given again.</summary>
    public required bool? InBitmap { get; init; }
}
