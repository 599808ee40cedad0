using System.Collections.Immutable;
using System.Text;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Records.Networks;
using OverlayBridge.Legacy.Records.Pools;

namespace OverlayBridge.SyntheticStores.Cluster;

/// <summary>
/// Engines of Docker 20.10 on one store, as far as the store sees them: each operation makes the writes of the legacy
/// overlay KV layout, §5, in their order.
/// </summary>
internal sealed class SimulatedCluster
{
    private const uint FirstVni = 256;
    private const ulong VnisNow = 16776960, VnisUntil111 = 745;

    private readonly StoreKeys _keys;
    private readonly string _prefix;
    private readonly string _root;
    private readonly Pools _pools;
    private readonly Dictionary<string, ulong> _vniCursors = [];
    private BitSequence? _vnis;
    private readonly ulong _vniCount;

    public SimulatedCluster(StoreKeys keys, string prefix, bool oldVxlanIds)
    {
        (_keys, _prefix, _root) = (keys, prefix, prefix + "docker/network/v1.0/");
        _pools = new Pools(keys, _root);
        _vniCount = oldVxlanIds ? VnisUntil111 : VnisNow;
    }

    /// <summary>An engine starts: discovery and the markers that listing its local networks leaves.</summary>
    public void Register(string host, string session, IEnumerable<string> localNetworks)
    {
        _keys.PutMarker(_root + "network/");
        _keys.PutMarker(_prefix + "docker/nodes");
        _keys.PutMarker(_root + "endpoint_count/");
        foreach (string id in localNetworks)
            _keys.PutMarker($"{_root}endpoint/{id}/");
        _keys.AddSession(session);
        string advertised = $"{host}:2376";
        _keys.Put($"{_prefix}docker/nodes/{advertised}", () => [.. Encoding.ASCII.GetBytes(advertised)], session);
        _keys.Put($"{_prefix}docker/nodes/{advertised}", () => [.. Encoding.ASCII.GetBytes(advertised)], session);
    }

    public SimulatedNetwork Create(NetworkPlan plan)
    {
        var pools = plan.Pools.Select(_pools.Request).ToImmutableArray();
        var gateways = plan.Pools.Zip(pools, TakeGateway).ToImmutableArray();
        foreach (var (asked, pool) in plan.Pools.Zip(pools))
            foreach (string address in asked.Aux?.Values ?? [])
                _pools.Take(pool, OrdinalOf(pool, address));
        if (_vnis is null)
            WriteVnis(BitSequence.Create(_vniCount));
        var subnets = pools.Zip(gateways).Where(p => !p.First.IsIPv6)
            .Select(p => new OverlaySubnet(p.First.Id.Pool, Pools.AddressIn(p.First, p.Second), 0)).ToImmutableArray();
        var network = new SimulatedNetwork(plan, pools, gateways, subnets);
        WriteOverlay(network);
        WriteCount(network, 0);
        var record = NetworkRecords.Of(network);
        _keys.Put($"{_root}network/{plan.Id}/", () => RecordFormats.Network.Encode(record));
        return network;
    }

    /// <summary>A container starts on a network, or is connected to it; null when no address is free.</summary>
    public SimulatedEndpoint? Attach(SimulatedNetwork network, ContainerPlan container, AttachPlan attach)
    {
        _keys.PutMarker($"{_root}endpoint/{network.Plan.Id}/");
        var addresses = TakeAddresses(network, attach);
        if (addresses.IsEmpty)
            return null;
        var endpoint = new SimulatedEndpoint(network, container, attach.EndpointId, addresses);
        WriteEndpoint(network, EndpointRecords.Unjoined(endpoint, attach));
        WriteCount(network, network.Count + 1);
        AssignVni(network, container.Host, addresses[0].Pool);
        WriteEndpoint(network, EndpointRecords.Joined(endpoint, attach));
        return endpoint;
    }

    /// <summary>A container stops, or is disconnected.</summary>
    public void Detach(SimulatedEndpoint endpoint)
    {
        _keys.Delete($"{_root}endpoint/{endpoint.Network.Plan.Id}/{endpoint.Id}/");
        foreach (var (pool, ordinal) in endpoint.Addresses)
            _pools.Free(pool, ordinal);
        WriteCount(endpoint.Network, endpoint.Network.Count - 1);
    }

    /// <summary>A network without endpoints is removed, from an engine that leaves no O behind.</summary>
    public void Remove(SimulatedNetwork network)
    {
        string id = network.Plan.Id;
        _keys.Delete($"{_root}overlay/network/{id}/");
        foreach (var subnet in network.Subnets.Where(s => s.Vni != 0))
            WriteVnis(_vnis!.Clear(subnet.Vni - FirstVni));
        foreach (var (asked, (pool, gateway)) in network.Plan.Pools.Zip(network.Pools.Zip(network.Gateways)))
        {
            _pools.Free(pool, gateway);
            foreach (string address in asked.Aux?.Values ?? [])
                _pools.Free(pool, OrdinalOf(pool, address));
            _pools.Release(pool);
        }
        _keys.Delete($"{_root}endpoint_count/{id}/");
        _keys.Delete($"{_root}network/{id}/");
    }

    private ulong TakeGateway(PoolPlan asked, HeldPool pool) =>
        _pools.Take(pool, asked.Gateway is { } address ? OrdinalOf(pool, address) : null)
        ?? throw new InvalidOperationException($"No gateway in {pool.Id}.");

    // IPv4: of the subnet that was asked for the highest free address in reach, else the first free of the first with room.
    private ImmutableArray<(HeldPool Pool, ulong Ordinal)> TakeAddresses(SimulatedNetwork network, AttachPlan attach)
    {
        var v4 = network.Pools.Where(p => !p.IsIPv6).ToList();
        (HeldPool Pool, ulong Ordinal)? first = null;
        if (attach.Subnet is { } subnet && Asked(v4[subnet]) is { } asked && _pools.Take(v4[subnet], asked) is { } given)
            first = (v4[subnet], given);
        foreach (var pool in v4)
            first ??= _pools.Take(pool) is { } ordinal ? (pool, ordinal) : null;
        if (first is not { } address)
            return [];
        var v6 = network.Pools.Where(p => p.IsIPv6).Take(1).Select(p => (Pool: p, Ordinal: _pools.Take(p)));
        return [address, .. v6.Where(a => a.Ordinal is not null).Select(a => (a.Pool, a.Ordinal!.Value))];
    }

    private ulong? Asked(HeldPool pool)
    {
        for (ulong ordinal = pool.Last - 1, tries = 0; ordinal > pool.First && tries < 64; ordinal--, tries++)
            if (_pools.IsFree(pool, ordinal))
                return ordinal;
        return null;
    }

    // At the first join on the subnet anywhere; serial after the last one that this engine gave.
    private void AssignVni(SimulatedNetwork network, string host, HeldPool pool)
    {
        int at = network.Subnets.ToList().FindIndex(s => s.Subnet == pool.Id.Pool && s.Vni == 0);
        if (at < 0)
            return;
        ulong cursor = _vniCursors.GetValueOrDefault(host);
        ulong ordinal = _vnis!.FirstFree(cursor, _vniCount - 1) ?? _vnis.FirstFree(0, _vniCount - 1) ?? throw new InvalidOperationException("No VNI is free.");
        _vniCursors[host] = ordinal;
        WriteVnis(_vnis.Set(ordinal));
        network.Subnets = network.Subnets.SetItem(at, network.Subnets[at] with { Vni = FirstVni + (uint)ordinal });
        WriteOverlay(network);
    }

    private void WriteVnis(BitSequence bits)
    {
        _vnis = bits;
        _keys.Put(_root + "idm/vxlan-id/", () => RecordFormats.Bitmap.Encode(new BitmapRecord("vxlan-id", bits)));
    }

    private void WriteOverlay(SimulatedNetwork network)
    {
        var record = new OverlayNetworkRecord(NetworkRecords.MtuOf(network.Plan), network.Plan.Encrypted, network.Subnets);
        _keys.Put($"{_root}overlay/network/{network.Plan.Id}/", () => RecordFormats.OverlayNetwork.Encode(record));
    }

    private void WriteCount(SimulatedNetwork network, ulong count)
    {
        network.Count = count;
        _keys.Put($"{_root}endpoint_count/{network.Plan.Id}/", () => RecordFormats.EndpointCount.Encode(new EndpointCountRecord(count)));
    }

    private void WriteEndpoint(SimulatedNetwork network, EndpointRecord record) =>
        _keys.Put($"{_root}endpoint/{network.Plan.Id}/{record.Id}/", () => RecordFormats.Endpoint.Encode(record));

    private static ulong OrdinalOf(HeldPool pool, string address) =>
        Legacy.Addresses.Cidr.TryParse($"{address}/{pool.Master.Network.Length}", out var cidr) && pool.Master.OrdinalOf(cidr.Bits) is { } ordinal
            ? ordinal
            : throw new ArgumentException($"{address} is not in {pool.Id}.", nameof(address));
}
