using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Legacy.Records.Networks;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>O is not secure as the option "encrypted" says, or its MTU is not the option's.</summary>
internal sealed class Rule30OptionMismatch() : Rule(30)
{
    public override string Cause =>
        "An edit by hand.";

    public override string Repair =>
        "Follow the overlay record: it is what the hosts use.";

    private const string Mtu = "com.docker.network.driver.mtu";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from network in store.Networks
        where network.IsOverlay && network.Overlay?.Value is not null
        let faults = FaultsOf(network.Record!.DriverOptions, network.Overlay!.Value!).ToList()
        where faults.Count > 0
        select See(network, [network.Filed!.Entry.Key, network.Overlay!.Entry.Key],
            $"The overlay record of {network.Label} is not as its options say: {string.Join("; ", faults)}.");

    private static IEnumerable<string> FaultsOf(ImmutableSortedDictionary<string, string> options, OverlayNetworkRecord overlay)
    {
        if (options.ContainsKey("encrypted") != overlay.Secure)
            yield return overlay.Secure ? "it is secure, without the option" : "it is not secure, with the option encrypted";
        string asked = options.GetValueOrDefault(Mtu, "0");
        if (!ulong.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out ulong mtu) || mtu != overlay.Mtu)
            yield return $"its MTU is {overlay.Mtu}, and {(options.ContainsKey(Mtu) ? asked : "none")} was asked for";
    }
}
