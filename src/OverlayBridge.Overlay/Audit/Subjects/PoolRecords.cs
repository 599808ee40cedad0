using System.Runtime.InteropServices;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Audit.Subjects;

/// <summary>A claim on an address of a master pool.</summary>
/// <param name="Name">Of an auxiliary address; else empty.</param>
/// <param name="Endpoint">Null for a gateway and an auxiliary address.</param>
internal readonly record struct AddressUse(
    ulong Ordinal, AddressOwner Owner, string Name, NetworkRecords Network, EndpointRecords? Endpoint)
{
    public IEnumerable<string> Keys => Endpoint is { } endpoint ? [endpoint.Key] : Network.Filed is { } filed ? [filed.Entry.Key] : [];

    /// <summary>For messages: <c>endpoint web (2e2492e8d2de) of front (184e19954abc)</c>.</summary>
    public string Label => Owner switch
    {
        AddressOwner.Gateway => $"the gateway of {Network.Label}",
        AddressOwner.Auxiliary => $"auxiliary address {Name} of {Network.Label}",
        _ => $"endpoint {Endpoint?.Label} of {Network.Label}",
    };
}

/// <summary>All records of one master pool. P or B may lack it.</summary>
internal sealed class PoolRecords(PoolId id, Cidr subnet)
{
    public string Id { get; } = id.ToString();

    public PoolId PoolId => id;

    public AddressPool Pool { get; } = new(subnet);

    public Cidr Subnet => Pool.Network;

    /// <summary>P of the pool's address space; null when there is none.</summary>
    public Filed<PoolConfigurationRecord>? Configuration { get; init; }

    /// <summary>What P says; null when it does not list the pool.</summary>
    public PoolEntry? Entry { get; init; }

    /// <summary>The ranges of it that P lists, by id.</summary>
    public SortedDictionary<string, FiledPool> SubPools { get; } = new(StringComparer.Ordinal);

    public Filed<BitmapRecord>? Bitmap { get; init; }

    /// <summary>B's bits, when they can be believed (rule 6).</summary>
    public BitSequence? Bits { get; init; }

    /// <summary>Readable networks whose records name the pool or a range of it, and by which id; once per mention.</summary>
    public List<(NetworkRecords Network, string PoolId)> Users { get; } = [];

    /// <summary>Networks without a readable N whose overlay record has this subnet.</summary>
    public List<NetworkRecords> Traces { get; } = [];

    /// <summary>By ordinal, then in order of networks and endpoints.</summary>
    public List<AddressUse> Claims { get; } = [];

    /// <summary>Ordinals that something other than a record's claim points at, and the thing that does.</summary>
    public Dictionary<ulong, List<string>> Hints { get; } = [];

    /// <summary>Unreadable records that may hold addresses here, and how many each at most.</summary>
    public List<(string Thing, ulong Most)> Suspects { get; } = [];

    /// <summary>P's key and B's key, as far as they are there.</summary>
    public string? ConfigurationKey => Configuration?.Entry.Key;

    public AuditNetwork? OnlyUser =>
        Users.Select(u => u.Network).Distinct().Take(2).ToArray() is [var only] ? only.Named : null;

    /// <summary>For messages: <c> (front (184e19954abc))</c>, empty when no network uses it.</summary>
    public string UsedBy => Users.Count == 0 ? "" : $" ({Listing.Of(Users.Select(u => u.Network).Distinct().Select(n => n.Label))})";

    public void Hint(AddressNumber address, string thing)
    {
        if (Pool.OrdinalOf(address) is not { } ordinal)
            return;
        if (!Hints.TryGetValue(ordinal, out var things))
            Hints[ordinal] = things = [];
        things.Add(thing);
    }

    public void SortClaims()
    {
        var claims = CollectionsMarshal.AsSpan(Claims);
        var keys = new (ulong Ordinal, int At)[claims.Length];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = (claims[i].Ordinal, i);
        keys.AsSpan().Sort(claims);
    }

    public string AddressOf(ulong ordinal) => Pool.AddressOf(ordinal).ToString();

    public string Thing(ulong ordinal) => Audit.Thing.Address(Id, AddressOf(ordinal));
}
