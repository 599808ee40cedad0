using OverlayBridge.Legacy.Records.Nodes;
using OverlayBridge.Legacy.Records;
using static OverlayBridge.SyntheticStores.Faults.FaultCatalogue;

namespace OverlayBridge.SyntheticStores.Faults;

/// <summary>Faults of D, of markers, of foreign keys, and of what stands beside a value.</summary>
internal static class HostFaults
{
    public static IEnumerable<(int Rule, Func<StoreEditor, InjectedFault> Inject)> All =>
    [
        (46, store => OnNode(store, key => store.Write(RecordFormats.Node, key, new NodeRecord("198.51.100.7:2376")))),
        (47, store => OnNode(store, key => store.Change(key, entry => entry with { Session = null }))),
        (48, store => Added(store, $"{store.Root}endpoint/{store.NewId()}/", "")),
        (49, store => Added(store, store.Root.Replace("docker/network/v1.0/", "docker/swarm/leader", StringComparison.Ordinal), "192.168.0.1:3376")),
        (51, OddFlags),
    ];

    private static InjectedFault OnNode(StoreEditor store, Action<string> damage)
    {
        string key = store.Nodes[store.Random.Next(store.Nodes.Count)];
        store.Nodes.Remove(key);
        damage(key);
        return Fault(key, key);
    }

    private static InjectedFault Added(StoreEditor store, string key, string text)
    {
        store.Put(key, text);
        return Fault(key, key);
    }

    // The last digits gone, as after a tool that passes them through a double.
    private static InjectedFault OddFlags(StoreEditor store)
    {
        string key = store.TakePlain().CountKey;
        store.Change(key, entry => entry with { Flags = 3304740253564472000 });
        return Fault(key, key);
    }
}
