using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Legacy.Json;
using OverlayBridge.Legacy.Records.Networks;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.SyntheticStores.Cluster;

/// <summary>N as the engine that makes a network writes it.</summary>
internal static class NetworkRecords
{
    public const string MtuOption = "com.docker.network.driver.mtu";

    public static NetworkRecord Of(SimulatedNetwork network)
    {
        var plan = network.Plan;
        var pools = plan.Pools.Zip(network.Pools, network.Gateways).ToList();
        return new NetworkRecord
        {
            Id = plan.Id,
            Name = plan.Name,
            NetworkType = "overlay",
            EnableIPv6 = plan.IPv6,
            Created = plan.Created,
            Scope = "global",
            Persist = true,
            AddressSpace = "GlobalDefault",
            IpamOptions = Strings([]),
            Labels = Strings(plan.Labels),
            IpamV4Config = [.. pools.Where(p => !p.Second.IsIPv6).Select(p => Config(p.First))],
            IpamV6Config = [.. pools.Where(p => p.Second.IsIPv6).Select(p => Config(p.First))],
            IpamV4Info = [.. pools.Where(p => !p.Second.IsIPv6).Select(p => Info(p.First, p.Second, p.Third))],
            IpamV6Info = [.. pools.Where(p => p.Second.IsIPv6).Select(p => Info(p.First, p.Second, p.Third))],
            Generic = Generic(plan),
            Internal = plan.Internal,
            Attachable = plan.Attachable,
        };
    }

    public static ulong MtuOf(NetworkPlan plan) =>
        plan.Options.TryGetValue(MtuOption, out string? mtu) ? ulong.Parse(mtu, CultureInfo.InvariantCulture) : 0;

    private static IpamConfig Config(PoolPlan pool) => pool.Asked
        ? new IpamConfig(Pools.Text(pool.Master), pool.Range is { } range ? Pools.Text(range) : "", pool.Gateway ?? "", pool.Aux is null ? null : Strings(pool.Aux))
        : new IpamConfig("", "", "", null);

    private static IpamInfo Info(PoolPlan plan, HeldPool pool, ulong gateway) => new(
        pool.Id.ToString(), pool.Id.AddressSpace, pool.Id.Pool, Pools.AddressIn(pool, gateway),
        plan.Aux is null ? null : Strings(plan.Aux.Select(a => KeyValuePair.Create(a.Key, $"{a.Value}/{plan.Master.Length}"))));

    private static JsonValue Generic(NetworkPlan plan)
    {
        var options = JsonValue.Object([.. plan.Options.Select(o => new JsonMember(o.Key, JsonValue.String(o.Value)))]);
        ImmutableArray<JsonMember> members =
        [
            new("com.docker.network.enable_ipv6", JsonValue.Boolean(plan.IPv6)),
            new("com.docker.network.generic", options),
        ];
        return JsonValue.Object(plan.Internal ? members.Add(new("com.docker.network.internal", JsonValue.Boolean(true))) : members);
    }

    private static ImmutableSortedDictionary<string, string> Strings(IEnumerable<KeyValuePair<string, string>> items) =>
        items.ToImmutableSortedDictionary(i => i.Key, i => i.Value, KeyOrder.Instance);
}
