using System.Collections.Immutable;
using OverlayBridge.Compose.Transition;

namespace OverlayBridge.Compose.Checks;

/// <summary>What would break when a project's containers run on swarm hosts, on networks that both sides share. A pure function.</summary>
public static class ComposeCheck
{
    /// <returns>In the order of the files.</returns>
    public static ImmutableArray<ComposeFinding> Find(ComposeFileSet files, TransitionFacts facts)
    {
        var subject = new CheckSubject(files, facts);
        IEnumerable<ComposeFinding> found =
        [
            .. LinkChecks.Find(subject), .. ModeChecks.Find(subject), .. AddressChecks.Find(subject), .. NameChecks.Find(subject),
            .. NetworkChecks.Find(subject), .. ServiceChecks.Find(subject), .. FieldChecks.Find(subject),
        ];
        return
        [
            .. found.OrderBy(static finding => finding.At.File, StringComparer.Ordinal).ThenBy(static finding => finding.At.Line)
                .ThenBy(static finding => finding.At.Column).ThenBy(static finding => finding.Rule.Id, StringComparer.Ordinal)
                .ThenBy(static finding => finding.Message, StringComparer.Ordinal),
        ];
    }
}
