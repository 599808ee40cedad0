using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Agent.Tasks.Counts;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>
/// Writes and deletes endpoints in the legacy store, as an engine does: the address's bit, the record, the count, each by compare-and-set. Legacy engines
/// read a network's names anew when its count changes.
/// </summary>
/// <param name="source">The same store, for the writes.</param>
/// <param name="keys">Begin of the engines' keys, as <c>docker/</c>.</param>
/// <param name="vtep">This host, as other hosts reach it.</param>
internal sealed class LegacyRecords(IConsulClient store, IWritableSource source, string keys, IPAddress vtep)
{
    private static readonly ReadOptions Consistent = new(Consistency.Consistent);

    private readonly string prefix = PrefixOf(keys);

    /// <summary>The networks' counts.</summary>
    public EndpointCounts Counts { get; } = new(store, source, PrefixOf(keys));

    private static string PrefixOf(string keys) => keys.EndsWith("docker/", StringComparison.Ordinal) ? keys[..^"docker/".Length] : "";

    /// <summary>Those that are in the store.</summary>
    public async Task<ImmutableHashSet<LegacyEndpoint>> PresentAsync(ImmutableArray<LegacyEndpoint> endpoints, CancellationToken token)
    {
        var there = ImmutableHashSet.CreateBuilder<LegacyEndpoint>();
        foreach (var endpoint in endpoints)
            if ((await store.GetAsync(KeyOf(endpoint), Consistent, token)).Value is not null)
                there.Add(endpoint);
        return there.ToImmutable();
    }

    /// <summary>What the store says of a host's containers: two reads for each of its networks, and two for each container without a record.</summary>
    public async Task<HostSituation> LookAsync(HostSituation situation, HostConversion before, CancellationToken token)
    {
        var (own, engines) = (LegacyEndpoints.Own(before), LegacyEndpoints.Engines(before));
        var (there, wrong) = (new List<LegacyEndpoint>(), ImmutableArray.CreateBuilder<WrongCount>());
        var (kept, lost) = (ImmutableHashSet.CreateBuilder<LegacyEndpoint>(), ImmutableHashSet.CreateBuilder<LegacyEndpoint>());
        var unrecorded = ImmutableHashSet.CreateBuilder<(string, string)>();
        foreach (var (network, name) in own.Select(static endpoint => (endpoint.NetworkId, endpoint.Network)).Distinct())
        {
            var entries = (await store.ListAsync(new EndpointFolderKey(prefix, network).Format(), Consistent, token)).Value;
            var keys = entries.Select(static entry => entry.Key).ToHashSet(StringComparer.Ordinal);
            var known = own.Concat(engines).Where(endpoint => endpoint.NetworkId == network && keys.Contains(KeyOf(endpoint))).ToList();
            there.AddRange(known);
            unrecorded.UnionWith(Unrecorded(situation, network, keys));
            if (await Counts.LookAsync(name, network, entries, token) is { } count)
                wrong.Add(count);
            foreach (var endpoint in own.Where(endpoint => endpoint.NetworkId == network && known.TrueForAll(one => one.ContainerId != endpoint.ContainerId)))
                if (await IsMarkedAsync(endpoint, token) is { } isMarked)
                    (isMarked && HolderOf(endpoint, entries) is null ? kept : lost).Add(endpoint);
        }
        return situation with
        {
            OwnRecords = [.. own.Where(there.Contains)],
            EngineRecords = [.. engines.Where(there.Contains)],
            KeptAddresses = kept.ToImmutable(),
            LostAddresses = lost.ToImmutable(),
            Unrecorded = unrecorded.ToImmutable(),
            WrongCounts = wrong.ToImmutable(),
        };
    }

    /// <param name="keys">Of all endpoints of the network.</param>
    private IEnumerable<(string, string)> Unrecorded(HostSituation now, string network, HashSet<string> keys) =>
        from container in now.Containers
        where container.IsRunning
        from attachment in container.Attachments
        where attachment.NetworkId == network && attachment.EndpointId.Length > 0 && !keys.Contains(new EndpointKey(prefix, network, attachment.EndpointId).Format())
        select (container.Id, network);

    /// <summary>Marks an address as taken.</summary>
    /// <exception cref="StepException">A legacy engine gave it to another container meanwhile, or the network is gone.</exception>
    public async Task KeepAsync(LegacyEndpoint endpoint, CancellationToken token) => await KeepAsync(endpoint, await PoolAsync(endpoint, token), token);

    /// <summary>Gives an address free, unless another endpoint has it.</summary>
    public async Task FreeAsync(LegacyEndpoint endpoint, CancellationToken token)
    {
        if (await HolderAsync(endpoint, token) is null)
            await ChangeBitAsync(await PoolAsync(endpoint, token), endpoint.Address, isSet: false, token);
    }

    /// <exception cref="StepException">A legacy engine gave the address to another container meanwhile, or the network is gone.</exception>
    public async Task WriteAsync(LegacyEndpoint endpoint, CancellationToken token)
    {
        var pool = await PoolAsync(endpoint, token);
        await KeepAsync(endpoint, pool, token);
        var record = RecordFormats.Endpoint.Encode(Record(endpoint, pool));
        if (await source.TryWriteAsync(KeyOf(endpoint), 0, record, token) == WriteOutcome.Written)
            await Counts.AddAsync(endpoint.NetworkId, token);
    }

    public async Task DeleteAsync(LegacyEndpoint endpoint, CancellationToken token)
    {
        // The bit goes first: as long as the record is there, whoever is interrupted comes back here. One that another endpoint has stays.
        await FreeAsync(endpoint, token);
        await ContendedKey.WriteAsync(KeyOf(endpoint), async () =>
        {
            if ((await store.GetAsync(KeyOf(endpoint), Consistent, token)).Value is not { } entry)
                return true;
            if (await source.TryWriteAsync(entry.Key, entry.ModifyIndex, null, token) != WriteOutcome.Written)
                return false;
            await Counts.RemoveAsync(endpoint.NetworkId, token);
            return true;
        });
    }

    private async Task KeepAsync(LegacyEndpoint endpoint, Pool pool, CancellationToken token)
    {
        // The bit of an address that somebody has may have been lost; it is set again for whoever that is.
        await ChangeBitAsync(pool, endpoint.Address, isSet: true, token);
        if (await HolderAsync(endpoint, token) is { } other)
            throw new StepException(
                $"{endpoint.Container}'s address {endpoint.Address} on {endpoint.Network} was given to {other} by a legacy engine while this host's engine was stopped.",
                $"Stop {other} or give it another address, then repeat the step.");
    }

    private EndpointRecord Record(LegacyEndpoint endpoint, Pool pool)
    {
        var mac = string.Join(':', new byte[] { 0x02, 0x42 }.Concat(endpoint.Address.GetAddressBytes()).Select(static b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
        return new EndpointRecord
        {
            Id = endpoint.EndpointId,
            Name = endpoint.Container,
            Interface = new EndpointInterface
            {
                Address = $"{endpoint.Address}/{pool.Network.Length}",
                Mac = mac,
                SourceName = "",
                DestinationPrefix = "eth",
                V4PoolId = pool.Id,
                V6PoolId = "",
            },
            JoinInfo = new JoinInfo(null, DisableGatewayService: false),
            // Engines never read these two of a record that is none of their own. With a sandbox it counts as joined.
            Locator = BridgeEndpoint.LocatorFor(vtep.ToString()),
            Sandbox = endpoint.EndpointId,
            Aliases = endpoint.Aliases,
            ExposedPorts = [],
            Generic = Legacy.Json.JsonValue.Object(
                new Legacy.Json.JsonMember("com.docker.network.endpoint.exposedports", Legacy.Json.JsonValue.Array()),
                new Legacy.Json.JsonMember("com.docker.network.portmap", Legacy.Json.JsonValue.Array())),
        };
    }

    /// <summary>Endpoints of a network that this host's engine wrote and that are none of <paramref name="kept"/>: what a crash left of it.</summary>
    public async Task<ImmutableArray<LegacyEndpoint>> StaleAsync(string network, string networkId, ImmutableHashSet<LegacyEndpoint> kept, CancellationToken token)
    {
        var stale = ImmutableArray.CreateBuilder<LegacyEndpoint>();
        var (entries, _) = await store.ListAsync(new EndpointFolderKey(prefix, networkId).Format(), Consistent, token);
        foreach (var entry in entries.Where(static entry => entry.Value.Length > 0))
            if (TryRead(entry) is { Interface.Address: { } text } record && record.Locator == vtep.ToString() && InterfaceAddress.TryParse(text) is { } address &&
                new LegacyEndpoint("", record.Name, network, networkId, record.Id, address.Address, record.Aliases ?? []) is var endpoint && !kept.Contains(endpoint))
                stale.Add(endpoint);
        return stale.ToImmutable();
    }

    private async Task<Pool> PoolAsync(LegacyEndpoint endpoint, CancellationToken token)
    {
        var key = new NetworkKey(prefix, endpoint.NetworkId).Format();
        if ((await store.GetAsync(key, Consistent, token)).Value is not { } entry)
            throw new StepException($"The legacy network {endpoint.Network} is not in the store any more ({key}).", "Look with: overlaybridge audit; restore the key from a dump if it was deleted by mistake.");
        try
        {
            foreach (var info in RecordFormats.Network.Read(entry).Value.IpamV4Info)
                if (PoolId.TryParse(info.PoolId, out var id) && IPNetwork.TryParse(id.Pool, out var subnet) && subnet.Contains(endpoint.Address))
                    return new Pool(info.PoolId, Cidr.Of(subnet.BaseAddress, subnet.PrefixLength), new AddressBitmapKey(prefix, id.AddressSpace, id.Pool).Format());
        }
        catch (RecordFormatException e)
        {
            throw new StepException($"The record of the legacy network {endpoint.Network} cannot be read: {e.Message}", "Look with: overlaybridge audit", e);
        }
        throw new StepException($"No pool of the legacy network {endpoint.Network} has the address {endpoint.Address}.", "Look with: overlaybridge audit");
    }

    /// <summary>Null: the network or its pool is gone, or cannot be read. Whoever has to write there says so.</summary>
    private async Task<bool?> IsMarkedAsync(LegacyEndpoint endpoint, CancellationToken token)
    {
        try
        {
            var pool = await PoolAsync(endpoint, token);
            return (await store.GetAsync(pool.BitmapKey, Consistent, token)).Value is { } entry ? RecordFormats.Bitmap.Decode(entry).Sequence.IsSet(Ordinal(pool, endpoint.Address)) : null;
        }
        catch (Exception e) when (e is StepException or RecordFormatException)
        {
            return null;
        }
    }

    private static ulong Ordinal(Pool pool, IPAddress address) => new AddressPool(pool.Network).OrdinalOf(Cidr.Of(address, 32).Bits)!.Value;

    private async Task ChangeBitAsync(Pool pool, IPAddress address, bool isSet, CancellationToken token)
    {
        var ordinal = Ordinal(pool, address);
        await ContendedKey.WriteAsync(pool.BitmapKey, async () =>
        {
            if ((await store.GetAsync(pool.BitmapKey, Consistent, token)).Value is not { } entry)
                throw new StepException($"The pool's bitmap {pool.BitmapKey} is not in the store.", "Repair it: overlaybridge audit tells how.");
            var bitmap = RecordFormats.Bitmap.Read(entry);
            if (bitmap.Value.Sequence.IsSet(ordinal) == isSet)
                return true;
            var sequence = isSet ? bitmap.Value.Sequence.Set(ordinal) : bitmap.Value.Sequence.Clear(ordinal);
            return await source.TryWriteAsync(entry.Key, entry.ModifyIndex, bitmap.With(bitmap.Value with { Sequence = sequence }).Bytes, token) == WriteOutcome.Written;
        });
    }

    /// <summary>Who has the address by the endpoint records, other than the endpoint itself; null for nobody.</summary>
    private async Task<string?> HolderAsync(LegacyEndpoint wanted, CancellationToken token) =>
        HolderOf(wanted, (await store.ListAsync(new EndpointFolderKey(prefix, wanted.NetworkId).Format(), Consistent, token)).Value);

    private static string? HolderOf(LegacyEndpoint wanted, ImmutableArray<KeyValueEntry> entries)
    {
        foreach (var entry in entries.Where(static entry => entry.Value.Length > 0))
            if (TryRead(entry) is { Interface.Address: { } address } other && other.Id != wanted.EndpointId && InterfaceAddress.TryParse(address)?.Address.Equals(wanted.Address) == true)
                return other.Name;
        return null;
    }

    private static EndpointRecord? TryRead(KeyValueEntry entry)
    {
        try
        {
            return RecordFormats.Endpoint.Decode(entry);
        }
        catch (RecordFormatException)
        {
            return null; // Whose address that is nobody can tell, the engines neither; the audit names it.
        }
    }

    private string KeyOf(LegacyEndpoint endpoint) => new EndpointKey(prefix, endpoint.NetworkId, endpoint.EndpointId).Format();

    private sealed record Pool(string Id, Cidr Network, string BitmapKey);
}
