using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Records.Networks;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Audit.Subjects;

/// <summary>
/// Finds who claims which address of a pool, and what else points at one: the legible part of an endpoint that is cut off,
/// the gateway in O, a MAC address that tells another address than its record, a container that runs.
/// </summary>
internal sealed partial class AddressClaims(PoolIndex pools)
{
    private Dictionary<string, NetworkRecords>? _byId;

    public void Add(NetworkRecords network)
    {
        if (network.HasOwnPools)
            foreach (var info in network.Pools)
                AddReserved(network, info);
        foreach (var subnet in network.Overlay?.Value?.Subnets ?? [])
            if (Cidr.TryParse(subnet.Gateway, out var gateway))
                MasterOf(network, null, gateway)?.Hint(gateway.Bits, network.Id);
        if (network.Record is not null && !network.HasOwnPools)
            return;
        // A network has one pool as a rule, and each of its endpoints an address in it.
        if (network.Masters is [var master])
            master.Claims.EnsureCapacity(master.Claims.Count + network.Endpoints.Length);
        foreach (var endpoint in network.Endpoints)
            AddEndpoint(endpoint);
    }

    /// <summary>What runs and is not in the store as it runs.</summary>
    public void Add(LiveEndpoint live, IReadOnlyCollection<NetworkRecords> networks)
    {
        _byId ??= networks.ToDictionary(n => n.Id);
        if (!_byId.TryGetValue(live.Endpoint.NetworkId, out var network))
            return;
        foreach (string? text in (string?[])[live.Endpoint.Address, live.Endpoint.AddressV6])
            if (Cidr.TryParseAddress(text, out var address))
                MasterOf(network, null, Cidr.Of(address, 0))?.Hint(AddressNumber.Of(address), live.Thing);
    }

    private void AddReserved(NetworkRecords network, IpamInfo info)
    {
        if (pools.Find(info.PoolId) is not { } pool)
            return;
        if (Cidr.TryParse(info.Gateway, out var gateway))
            Claim(pool, gateway, AddressOwner.Gateway, "", network, null);
        foreach (var (name, text) in info.AuxAddresses ?? NoAux)
            if (Cidr.TryParse(text, out var address))
                Claim(pool, address, AddressOwner.Auxiliary, name, network, null);
    }

    private void AddEndpoint(EndpointRecords endpoint)
    {
        if (endpoint.Outline is not { } outline)
        {
            AddUnreadable(endpoint);
            return;
        }
        AddClaim(endpoint, outline.V4PoolId, outline.Address);
        AddClaim(endpoint, outline.V6PoolId, outline.AddressV6);
        if (ExpectedMac.AddressIn(outline.Mac) is { } told && outline.Address?.Bits != told.Bits && !outline.HasRequestedMac)
            MasterOf(endpoint.Network, pools.Find(outline.V4PoolId), told)?.Hint(told.Bits, endpoint.Thing);
    }

    private void AddClaim(EndpointRecords endpoint, string poolId, Cidr? address)
    {
        if (address is { } held && MasterOf(endpoint.Network, pools.Find(poolId), held) is { } pool)
            Claim(pool, held, AddressOwner.Endpoint, "", endpoint.Network, endpoint);
    }

    private static void Claim(
        PoolRecords pool, Cidr address, AddressOwner owner, string name, NetworkRecords network, EndpointRecords? endpoint)
    {
        if (address.IsIPv6 == pool.Subnet.IsIPv6 && pool.Pool.OrdinalOf(address.Bits) is { } ordinal)
            pool.Claims.Add(new AddressUse(ordinal, owner, name, network, endpoint));
    }

    // A cut-off record begins with its address, as the fields are sorted.
    private static void AddUnreadable(EndpointRecords endpoint)
    {
        var found = LegibleAddress().Matches(Encoding.UTF8.GetString(endpoint.Entry.Bytes.Span));
        foreach (Match match in found)
            if (Cidr.TryParse(match.Groups[1].Value, out var address))
                MasterOf(endpoint.Network, null, address)?.Hint(address.Bits, endpoint.Thing);
        if (found.Count == 0)
            foreach (var pool in endpoint.Network.Masters)
                pool.Suspects.Add((endpoint.Thing, 1));
    }

    // The pool that the record names if the address lies in it, else the one of the network that it lies in.
    private static PoolRecords? MasterOf(NetworkRecords network, PoolRecords? named, Cidr address)
    {
        var single = address with { Length = address.Width };
        if (named is not null && named.Subnet.Contains(single))
            return named;
        foreach (var pool in network.Masters)
            if (pool.Subnet.Contains(single))
                return pool;
        return null;
    }

    private static readonly ImmutableSortedDictionary<string, string> NoAux =
        ImmutableSortedDictionary<string, string>.Empty;

    [GeneratedRegex("\"addr(?:v6)?\":\"([0-9a-fA-F.:]{2,45}/[0-9]{1,3})\"", RegexOptions.CultureInvariant)]
    private static partial Regex LegibleAddress();
}
