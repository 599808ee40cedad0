namespace OverlayBridge.SyntheticStores.Faults;

/// <summary>How each rule of the catalogue (legacy overlay KV layout, §8) is broken. The rule's id is put in by the caller.</summary>
internal static class FaultCatalogue
{
    public static IReadOnlyDictionary<string, Func<StoreEditor, InjectedFault>> All { get; } =
        NetworkFaults.All.Concat(EndpointFaults.All).Concat(PoolFaults.All).Concat(HostFaults.All)
            .ToDictionary(f => $"OB{f.Rule:00}", f => f.Inject);

    public static InjectedFault Fault(string subject, params string[] keys) => new("", subject, [.. keys]);
}
