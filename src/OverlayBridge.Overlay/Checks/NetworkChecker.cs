using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Checks;

/// <summary>Says what of a shared network does not work: a pure function of what the store, the engines and the probes tell.</summary>
public static class NetworkChecker
{
    public static CheckOutcome Check(NetworkFacts facts)
    {
        var paths = PathChecks.PathsOf(facts);
        ImmutableArray<CheckFinding> findings =
        [
            .. PathChecks.Find(facts, paths), .. DeviceChecks.Find(facts), .. StitchChecks.Find(facts), .. AddressChecks.Find(facts),
        ];
        return new([.. findings.OrderBy(static finding => finding.Severity == CheckFinding.Error ? 0 : 1)], paths);
    }
}
