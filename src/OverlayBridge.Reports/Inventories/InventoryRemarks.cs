using System.Globalization;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.AddressMaps;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Inventories;

/// <summary>Something in the inventory that a person should look at, in one sentence.</summary>
internal sealed record Remark(Tone Tone, string Subject, string Text);

/// <summary>Finds what deserves attention, the worst first: what a person should read before all the tables.</summary>
internal static class InventoryRemarks
{
    private const int OwnersMax = 4;

    public static IReadOnlyList<Remark> Of(InventoryDocument document, IEnumerable<PoolMap> pools) =>
    [
        .. pools.SelectMany(OfPool)
            .Concat(document.Faults.Select(OfFault))
            .Concat(document.Networks.SelectMany(OfNetwork))
            .Concat(document.Remnants.Select(OfRemnant))
            .Concat(OfVnis(document))
            .Concat(document.Hosts.SelectMany(OfHost))
            .OrderByDescending(remark => remark.Tone),
    ];

    private static IEnumerable<Remark> OfPool(PoolMap pool)
    {
        foreach (var run in AddressStates.All.Any(state => AddressStates.IsFault(state) && pool.Map.Count(state) > 0) ? pool.Map.Runs : [])
            if (Explain(pool, run) is var (tone, text))
                yield return new Remark(tone, pool.Pool.Subnet, text);
        var view = pool.Pool;
        if (!view.HasBitmap)
            yield return new Remark(Tone.Bad, view.Subnet, "The pool has no bitmap that can be read.");
        if (!view.Configured)
            yield return new Remark(Tone.Warning, view.Subnet, "There is a bitmap, but the pool configuration does not list the pool.");
        else if (pool.Networks.IsEmpty)
            yield return new Remark(Tone.Warning, view.Subnet, "No network uses the pool: the subnet is lost until the pool is removed.");
        if (view.FreeCounter is { } counter && counter != view.Free)
            yield return new Remark(Tone.Warning, view.Subnet, string.Create(
                CultureInfo.InvariantCulture, $"The bitmap's counter says {counter} free, its bits say {view.Free}."));
        if (view.Truncated)
            yield return new Remark(Tone.Bad, view.Subnet, "The bitmap is torn into more ranges than any engine makes; the rest is not shown.");
    }

    private static (Tone Tone, string Text)? Explain(PoolMap pool, AddressRun run)
    {
        if (!AddressStates.IsFault(run.State))
            return null;
        var range = pool.RangeOf(run);
        var claims = pool.OwnersOf(run).ToList();
        var owners = string.Join(", ", claims.Take(OwnersMax)) + (claims.Count > OwnersMax ? ", …" : "");
        return run.State switch
        {
            AddressState.Duplicate => (Tone.Bad, $"{range} is claimed {claims.Count} times: {owners}."),
            AddressState.Unmarked => (Tone.Bad, $"{range} is in use ({owners}), but free in the bitmap: it can be given out again."),
            _ => (Tone.Warning, $"{range} is taken in the bitmap, but nothing readable claims it."),
        };
    }

    private static Remark OfFault(InventoryFault fault) => new(
        Tone.Bad, fault.Key, string.Create(CultureInfo.InvariantCulture, $"Byte {fault.Offset}: {fault.Reason} {fault.Remedy}"));

    private static IEnumerable<Remark> OfNetwork(NetworkView network)
    {
        var name = Wording.NameOr(network.Name, network.Id);
        var keys = (ulong)(network.EndpointCount + network.UnreadableEndpoints);
        if (network.RecordedCount is null)
            yield return new Remark(Tone.Bad, name, "There is no endpoint_count that can be read: the first container start would crash the engine.");
        else if (network.RecordedCount != keys)
            yield return new Remark(Tone.Warning, name, string.Create(
                CultureInfo.InvariantCulture, $"endpoint_count says {network.RecordedCount}, the store has {keys}."));
        if (!network.HasOverlayRecord && network.Driver is "overlay")
            yield return new Remark(Tone.Bad, name, "There is no overlay record that can be read: engines that do not know the network yet cannot use it.");
        if (network.InDelete)
            yield return new Remark(Tone.Warning, name, "Its removal began and did not end; the next engine that starts finishes it.");
    }

    private static Remark OfRemnant(NetworkView network)
    {
        var endpoints = network.EndpointCount + network.UnreadableEndpoints;
        var left = new List<string>();
        if (endpoints > 0)
            left.Add(Wording.Count(endpoints, "endpoint"));
        if (network.RecordedCount is not null)
            left.Add("its endpoint_count");
        if (network.HasOverlayRecord)
            left.Add("its overlay record");
        return new Remark(
            Tone.Warning, Wording.NameOr(network.Name, network.Id),
            $"The network's own record is gone; what is left of it: {string.Join(", ", left.DefaultIfEmpty("a key that cannot be read"))}.");
    }

    private static IEnumerable<Remark> OfVnis(InventoryDocument document)
    {
        foreach (var twice in document.Vnis.Used.Where(vni => vni.NetworkId is not null).GroupBy(vni => vni.Vni).Where(group => group.Count() > 1))
            yield return new Remark(Tone.Bad, $"VNI {twice.Key}", $"{twice.Count()} subnets have it: {string.Join(", ", twice.Select(vni => vni.Subnet))}.");
        foreach (var vni in document.Vnis.Used)
            if (vni.InBitmap == false)
                yield return new Remark(Tone.Bad, $"VNI {vni.Vni}", $"Used by {vni.Subnet}, but free in the bitmap: it can be given out again.");
            else if (vni.NetworkId is null)
                yield return new Remark(
                    Tone.Warning, vni.Vni == vni.LastVni ? $"VNI {vni.Vni}" : $"VNI {vni.Vni} to {vni.LastVni}", "Taken in the bitmap, but no network has it.");
    }

    private static IEnumerable<Remark> OfHost(HostView host)
    {
        if (host.IsLost)
            yield return new Remark(
                Tone.Warning, host.Address, $"The host has {Wording.Count(host.Endpoints, "endpoint")}, but is not in docker/nodes: lost, or cut off.");
    }
}
