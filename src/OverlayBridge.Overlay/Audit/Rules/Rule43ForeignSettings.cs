using OverlayBridge.Legacy.Records.Networks;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>N is not persistent, not global, config-only, ingress or has a load balancer.</summary>
internal sealed class Rule43ForeignSettings() : Rule(43)
{
    public override string Cause =>
        "A program other than an engine with a cluster store wrote the record.";

    public override string Repair =>
        "None: tell who wrote it. Engines do not write what belongs to a network that is not persistent.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from network in store.Networks
        where network.Record is not null
        let faults = FaultsOf(network.Record!).ToList()
        where faults.Count > 0
        select See(network, [network.Filed!.Entry.Key], $"{network.Label} is no network of a cluster store: it is {string.Join(", ", faults)}.");

    private static IEnumerable<string> FaultsOf(NetworkRecord network)
    {
        if (!network.Persist)
            yield return "not persistent";
        if (network.ConfigOnly)
            yield return "config-only";
        if (network.Ingress)
            yield return "an ingress network";
        if (network.LoadBalancerIP.Length > 0)
            yield return $"load-balanced at {network.LoadBalancerIP}";
        if (network.Scope is not ("" or "global"))
            yield return $"of scope {network.Scope}";
    }
}
