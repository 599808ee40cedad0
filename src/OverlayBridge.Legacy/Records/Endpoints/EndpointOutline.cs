using System.Text;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Legacy.Records.Endpoints;

/// <summary>
/// What is asked of every endpoint of a large store, in a quarter of the memory of <see cref="EndpointRecord"/>. Whatever is asked of few
/// is read from the value once more.
/// </summary>
public sealed record EndpointOutline
{
    /// <summary>The id in the record is the one of its key.</summary>
    public bool HasIdOfKey { get; init; }

    /// <inheritdoc cref="EndpointRecord.Name"/>
    public required string Name { get; init; }

    /// <inheritdoc cref="EndpointRecord.Locator"/>
    public required string Locator { get; init; }

    /// <inheritdoc cref="EndpointRecord.Anonymous"/>
    public bool Anonymous { get; init; }

    public bool HasSandbox { get; init; }

    public bool HasJoinInfo { get; init; }

    /// <summary>Without one, all below is absent or empty.</summary>
    public bool HasInterface { get; init; }

    /// <summary>Null when there is none.</summary>
    public Cidr? Address { get; init; }

    /// <summary>Null when there is none.</summary>
    public Cidr? AddressV6 { get; init; }

    /// <summary>The 48 bits of a MAC address in the engines' own form; null for none, or another form.</summary>
    public ulong? Mac { get; init; }

    /// <summary>A MAC address in another form; else null.</summary>
    public string? OtherMac { get; init; }

    /// <summary>See <see cref="EndpointRecord.RequestedMac"/>.</summary>
    public bool HasRequestedMac { get; init; }

    /// <inheritdoc cref="EndpointInterface.V4PoolId"/>
    public string V4PoolId { get; init; } = "";

    /// <inheritdoc cref="EndpointInterface.V6PoolId"/>
    public string V6PoolId { get; init; } = "";

    public bool HasMac => Mac is not null || OtherMac is not null;

    /// <summary>Reads the value of an endpoint key; texts that repeat are kept once, by <paramref name="pool"/>.</summary>
    /// <param name="id">The endpoint's, by its key, in UTF-8.</param>
    /// <exception cref="RecordFormatException">Whatever is wrong with the bytes; nothing else is thrown.</exception>
    public static EndpointOutline Read(KeyValueEntry entry, ReadOnlySpan<byte> id, TextPool pool) =>
        EndpointReader.TryOutline(entry.Bytes, id, pool) ?? Of(EndpointFormat.Decode(entry.Key, entry.Bytes.Span), id);

    /// <summary>The outline of a record.</summary>
    /// <param name="id">The endpoint's, by its key, in UTF-8.</param>
    public static EndpointOutline Of(EndpointRecord record, ReadOnlySpan<byte> id)
    {
        var face = record.Interface;
        bool plain = MacText.TryParse(face?.Mac, out ulong mac);
        return new EndpointOutline
        {
            HasIdOfKey = id.SequenceEqual(Encoding.UTF8.GetBytes(record.Id)),
            Name = record.Name,
            Locator = record.Locator,
            Anonymous = record.Anonymous,
            HasSandbox = record.Sandbox.Length > 0,
            HasJoinInfo = record.JoinInfo is not null,
            HasInterface = face is not null,
            Address = Cidr.TryParse(face?.Address, out var address) ? address : null,
            AddressV6 = Cidr.TryParse(face?.AddressV6, out var addressV6) ? addressV6 : null,
            Mac = plain ? mac : null,
            OtherMac = plain || string.IsNullOrEmpty(face?.Mac) ? null : face.Mac,
            HasRequestedMac = record.RequestedMac is not null,
            V4PoolId = face?.V4PoolId ?? "",
            V6PoolId = face?.V6PoolId ?? "",
        };
    }
}
