using System.Text;
using OverlayBridge.Legacy.Addresses;

namespace OverlayBridge.Legacy.Keys;

/// <summary>
/// A key of the legacy tree, told apart by its path alone (spec: legacy overlay KV layout, §1). All keys of one cluster
/// share a <see cref="Prefix"/>: the path of the store URL, empty or ending in a slash (<c>a/b/</c>).
/// </summary>
public abstract record LegacyKey(string Prefix)
{
    private const string Root = "docker/network/v1.0";

    /// <summary>
    /// Reads a key in any <see cref="StoreKeyForm"/>. What is under no legacy root, or has a shape that libnetwork never
    /// writes, is a <see cref="ForeignKey"/>; no key is an error.
    /// </summary>
    public static LegacyKey Parse(string key)
    {
        string path = key.TrimStart('/');
        if (Under(path, Root) is { } root)
            return ParseRecord(root.Prefix, root.Below, path);
        if (Under(path, "docker/nodes") is { } nodes)
            return nodes.Below.TrimEnd('/') is { Length: > 0 } address && !address.Contains('/')
                ? new NodeKey(nodes.Prefix, address)
                : nodes.Below.Length == 0 ? new FolderKey(nodes.Prefix, "docker/nodes") : new ForeignKey("", path);
        return new ForeignKey("", path);
    }

    /// <summary>The key as the given store spells it.</summary>
    public string Format(StoreKeyForm form = StoreKeyForm.Consul) =>
        form == StoreKeyForm.Consul ? Prefix + Path : "/" + (Prefix + Path).TrimEnd('/');

    /// <summary>The key below the prefix, in Consul's form.</summary>
    public abstract string Path { get; }

    protected static string Under(string path) => $"{Root}/{path}/";

    private static (string Prefix, string Below)? Under(string path, string root)
    {
        for (int at = 0; (at = path.IndexOf(root, at, StringComparison.Ordinal)) >= 0; at++)
        {
            int end = at + root.Length;
            if ((at == 0 || path[at - 1] == '/') && (end == path.Length || path[end] == '/'))
                return (path[..at], end == path.Length ? "" : path[(end + 1)..]);
        }
        return null;
    }

    /// <summary>
    /// The network's and the endpoint's id in the key of an endpoint without a prefix, as nearly all keys of a large store are: with no
    /// copies on the way, and only in ASCII. False says only that <see cref="Parse(string)"/> is to be asked.
    /// </summary>
    public static bool TryEndpoint(ReadOnlyMemory<byte> key, out ReadOnlyMemory<byte> networkId, out ReadOnlyMemory<byte> endpointId)
    {
        networkId = endpointId = default;
        var path = key.TrimStart((byte)'/');
        var root = "docker/network/v1.0/endpoint/"u8;
        if (!path.Span.StartsWith(root) || !Ascii.IsValid(path.Span))
            return false;
        var ids = path[root.Length..];
        ids = ids.Span.EndsWith("/"u8) ? ids[..^1] : ids;
        int slash = ids.Span.IndexOf((byte)'/');
        if (slash <= 0 || slash == ids.Length - 1 || ids.Span[(slash + 1)..].Contains((byte)'/'))
            return false;
        networkId = ids[..slash];
        endpointId = ids[(slash + 1)..];
        return true;
    }

    private static LegacyKey ParseRecord(string prefix, string rest, string path)
    {
        string trimmed = rest.EndsWith('/') ? rest[..^1] : rest;
        string[] steps = trimmed.Split('/');
        return steps.Contains("") && trimmed.Length > 0 ? new ForeignKey("", path) : steps switch
        {
            ["network", var nid] => new NetworkKey(prefix, nid),
            ["endpoint_count", var nid] => new EndpointCountKey(prefix, nid),
            ["endpoint", var nid, var eid] => new EndpointKey(prefix, nid, eid),
            ["endpoint", var nid] => new EndpointFolderKey(prefix, nid),
            ["overlay", "network", var nid] => new OverlayNetworkKey(prefix, nid),
            ["idm", "vxlan-id"] => new VxlanIdsKey(prefix),
            ["ipam", "default", "config", var space] => new PoolConfigurationKey(prefix, space),
            ["ipam", "default", "data", var space, var ip, var length] => new AddressBitmapKey(prefix, space, $"{ip}/{length}"),
            [""] or ["network"] or ["endpoint_count"] or ["endpoint"] or ["overlay"] or ["overlay", "network"] or ["idm"] or
                ["ipam"] or ["ipam", "default"] or ["ipam", "default", "config" or "data"] or ["ipam", "default", "data", _] or
                ["ipam", "default", "data", _, _] => new FolderKey(prefix, trimmed.Length == 0 ? Root : $"{Root}/{trimmed}"),
            _ => new ForeignKey("", path),
        };
    }
}

/// <summary>N: a network.</summary>
public sealed record NetworkKey(string Prefix, string NetworkId) : LegacyKey(Prefix)
{
    public override string Path => Under($"network/{NetworkId}");
}

/// <summary>C: the number of endpoints of a network, and the engines' change signal for its names.</summary>
public sealed record EndpointCountKey(string Prefix, string NetworkId) : LegacyKey(Prefix)
{
    public override string Path => Under($"endpoint_count/{NetworkId}");
}

/// <summary>E: an endpoint. The network's id stands in the key only.</summary>
public sealed record EndpointKey(string Prefix, string NetworkId, string EndpointId) : LegacyKey(Prefix)
{
    public override string Path => Under($"endpoint/{NetworkId}/{EndpointId}");
}

/// <summary>The folder of a network's endpoints: an empty marker that engines leave for local and removed networks too.</summary>
public sealed record EndpointFolderKey(string Prefix, string NetworkId) : LegacyKey(Prefix)
{
    public override string Path => Under($"endpoint/{NetworkId}");
}

/// <summary>O: the overlay driver's record of a network: subnets and VNIs.</summary>
public sealed record OverlayNetworkKey(string Prefix, string NetworkId) : LegacyKey(Prefix)
{
    public override string Path => Under($"overlay/network/{NetworkId}");
}

/// <summary>V: the bitmap of VNIs in use.</summary>
public sealed record VxlanIdsKey(string Prefix) : LegacyKey(Prefix)
{
    public override string Path => Under("idm/vxlan-id");
}

/// <summary>P: all pools of an address space.</summary>
public sealed record PoolConfigurationKey(string Prefix, string AddressSpace) : LegacyKey(Prefix)
{
    public override string Path => Under($"ipam/default/config/{AddressSpace}");
}

/// <summary>B: the bitmap of addresses in use of a master pool.</summary>
/// <param name="Pool">The CIDR as it stands in the key, e.g. <c>10.80.0.0/24</c>.</param>
public sealed record AddressBitmapKey(string Prefix, string AddressSpace, string Pool) : LegacyKey(Prefix)
{
    public override string Path => Under($"ipam/default/data/{AddressSpace}/{Pool}");

    /// <summary>The id the record should carry: that of the master pool.</summary>
    public PoolId PoolId => new(AddressSpace, Pool);
}

/// <summary>D: a host that discovery knows.</summary>
/// <param name="Address">As advertised: <c>ip:port</c>.</param>
public sealed record NodeKey(string Prefix, string Address) : LegacyKey(Prefix)
{
    public override string Path => $"docker/nodes/{Address}";
}

/// <summary>Any other folder of the tree, kept as an empty marker by Consul and as a real folder elsewhere.</summary>
/// <param name="Folder">Below the prefix, without a slash at the end.</param>
public sealed record FolderKey(string Prefix, string Folder) : LegacyKey(Prefix)
{
    // libnetwork writes a slash at the end, discovery does not.
    public override string Path => Folder == "docker/nodes" ? Folder : Folder + "/";
}

/// <summary>A key of somebody else, e.g. <c>docker/swarm/leader</c> of standalone Swarm. To be left alone.</summary>
/// <param name="Key">The whole key without a leading slash.</param>
public sealed record ForeignKey(string Prefix, string Key) : LegacyKey(Prefix)
{
    public override string Path => Key;
}
