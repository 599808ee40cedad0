using System.Collections.Immutable;
using OverlayBridge.Compose;
using OverlayBridge.Compose.Checks;
using OverlayBridge.Compose.Transition;
using OverlayBridge.Reports.Composes;

namespace OverlayBridge.Commands.Compose;

/// <summary>A project as it was read, with what it is compared with.</summary>
/// <param name="Names">Of the files, as typed.</param>
/// <param name="ReadBy">What says what they mean.</param>
/// <param name="Store">Null without one.</param>
/// <param name="Notes">About the reading, a sentence each.</param>
internal sealed record ReadProject(ImmutableArray<string> Names, ComposeFileSet Files, string ReadBy, string? Store, TransitionFacts Facts, ImmutableArray<string> Notes)
{
    public ComposeDocument Document(string command, ImmutableArray<ComposeFinding> findings, ImmutableArray<string> notes, string? yaml)
    {
        var shared = new SharedPlaces(Files.Project, Facts);
        return new(
            ComposeDocument.CurrentFormatVersion, command, Names, Files.Project.Name, ReadBy, Store, [.. Files.Project.Services.Keys], Files.Project.Inactive,
            [
                .. from network in shared.Networks
                   let services = shared.Places.Where(place => place.Network.Key == network.Key).Select(static place => place.Service.Name)
                   select new ComposeNetworkLine(network.Key, network.Value.Name, network.Value.Subnet?.ToString(), network.Value.Fence?.ToString(), [.. services]),
            ],
            [
                .. from finding in findings
                   select new ComposeFindingLine(
                       finding.Rule.Id, finding.Rule.Name, Word(finding.Rule.Severity), finding.Service, finding.Network,
                       finding.At.File, finding.At.Line, finding.At.Column, finding.Message, finding.Cause, finding.Repair),
            ],
            [.. Notes, .. Unset(), .. notes], yaml);
    }

    private IEnumerable<string> Unset() => Files.UnsetVariables.IsEmpty ? [] :
        [$"Variables without a value, taken as empty: {string.Join(", ", Files.UnsetVariables)}."];

    private static string Word(ComposeSeverity severity) => severity switch { ComposeSeverity.Error => "error", ComposeSeverity.Warning => "warning", _ => "info" };
}
