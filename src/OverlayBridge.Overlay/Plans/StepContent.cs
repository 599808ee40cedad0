using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Plans;

/// <summary>
/// What an agent needs of the plan to carry a step out, or undo it: the JSON in <see cref="HostTaskRecord.Content"/>. Everything else it finds
/// on its host and in the store. Holds no secrets.
/// </summary>
/// <param name="Plan">The plan's name.</param>
/// <param name="Manager">Name of the host whose agent stands beside a swarm manager: hands out join tokens, removes nodes.</param>
/// <param name="Networks">All networks of the plan.</param>
/// <param name="Host">The plan's host that the step is about; null for steps at the manager.</param>
/// <param name="OtherHosts">Names of all other hosts of the plan, the manager not among them.</param>
/// <param name="Compose">For <see cref="StepKind.UpdateCompose"/>, else null.</param>
public sealed record StepContent(
    PlanStep Step,
    string Plan,
    string Manager,
    ImmutableArray<PlanNetwork> Networks,
    PlanHost? Host,
    ImmutableArray<string> OtherHosts,
    StepCompose? Compose = null) : IBridgeRecord<StepContent>
{
    [JsonPropertyOrder(-1)]
    public int FormatVersion { get; init; } = BridgeRecords.FormatVersion;

    static JsonTypeInfo<StepContent> IBridgeRecord<StepContent>.TypeInfo => RecordJson.Plain.StepContent;

    /// <summary>What belongs to a step of a plan. Pure.</summary>
    public static StepContent Of(MigrationPlan plan, PlanStep step) => new(
        step,
        plan.Name,
        plan.Manager,
        plan.Networks,
        plan.Hosts.FirstOrDefault(host => host.Name == step.Host),
        [.. plan.Hosts.Select(static host => host.Name).Where(name => name != step.Host && name != plan.Manager)],
        plan.Compose.FirstOrDefault(project => project.Host == step.Host && project.Name == step.Project) is { } project ? new StepCompose(project.Name, "", project.Directory, project.Files) : null);

    /// <summary>As text for <see cref="HostTaskRecord.Content"/>; equal content gives equal text.</summary>
    public string ToText() => System.Text.Encoding.UTF8.GetString(BridgeRecords.Encode(this));

    /// <summary>Reads <see cref="HostTaskRecord.Content"/>.</summary>
    /// <param name="key">Of the task; for the error only.</param>
    /// <exception cref="BridgeRecordException">It is no such content.</exception>
    public static StepContent Parse(string key, string text) => BridgeRecords.Decode<StepContent>(key, System.Text.Encoding.UTF8.GetBytes(text));
}

/// <summary>A Compose project on its host.</summary>
/// <param name="Project">Its name, as in the label <c>com.docker.compose.project</c>.</param>
/// <param name="Override">Content of the override file for the transition; empty for none.</param>
/// <param name="Directory">Absolute, on the host: where Compose is run.</param>
/// <param name="Files">In the order in which they are laid over each other, relative to <paramref name="Directory"/>.</param>
public sealed record StepCompose(string Project, string Override, string Directory, ImmutableArray<string> Files);
