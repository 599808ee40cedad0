using System.Collections.Immutable;
using OverlayBridge.Compose.Projects;
using OverlayBridge.Compose.Transition;

namespace OverlayBridge.Compose.Checks;

/// <summary>What is checked.</summary>
internal sealed class CheckSubject(ComposeFileSet files, TransitionFacts facts)
{
    public ComposeFileSet Files => files;

    public ComposeProject Project => files.Project;

    public TransitionFacts Facts => facts;

    public SharedPlaces Shared { get; } = new(files.Project, facts);

    /// <summary>A finding about a service; <paramref name="path"/> goes on from <c>services: NAME:</c>.</summary>
    public ComposeFinding Of(ComposeService service, ComposeRule rule, ImmutableArray<string> path, string message, string cause, string repair, string? network = null) =>
        new(rule, service.Name, network, files.Locate(["services", service.Name, .. path]), message, cause, repair);

    /// <summary>A finding about a network; <paramref name="path"/> goes on from <c>networks: KEY:</c>.</summary>
    public ComposeFinding Of(ComposeNetwork network, ComposeRule rule, ImmutableArray<string> path, string message, string cause, string repair) =>
        new(rule, null, network.Key, files.Locate(["networks", network.Key, .. path]), message, cause, repair);
}
