using System.Collections.Immutable;

namespace OverlayBridge.Reports.Composes;

/// <summary>
/// What <c>compose check</c> found and what <c>compose override</c> wrote. Its JSON is a contract: docs/schemas/compose.schema.json.
/// </summary>
/// <param name="Command"><c>check</c> or <c>override</c>.</param>
/// <param name="Files">As they were named, in order.</param>
/// <param name="Project">The project's name.</param>
/// <param name="ReadBy">What says what the files mean: <c>docker compose 2.26.1</c>, or <c>overlaybridge</c> itself.</param>
/// <param name="Store">What the networks were compared with; null when only the files were looked at.</param>
/// <param name="Services">Names of those that were looked at.</param>
/// <param name="Inactive">Names of those that no profile in use starts, which were not.</param>
/// <param name="Networks">The networks that are shared between legacy hosts and swarm.</param>
/// <param name="Findings">In the order of the files.</param>
/// <param name="Notes">What else is to be known, a sentence each.</param>
/// <param name="Yaml">The override file; null for <c>check</c>.</param>
public sealed record ComposeDocument(
    int FormatVersion,
    string Command,
    ImmutableArray<string> Files,
    string Project,
    string ReadBy,
    string? Store,
    ImmutableArray<string> Services,
    ImmutableArray<string> Inactive,
    ImmutableArray<ComposeNetworkLine> Networks,
    ImmutableArray<ComposeFindingLine> Findings,
    ImmutableArray<string> Notes,
    string? Yaml)
{
    public const int CurrentFormatVersion = 1;

    public const string Check = "check";
    public const string Override = "override";
}

/// <summary>A shared network.</summary>
/// <param name="Key">Its key in the file.</param>
/// <param name="Name">What the engines call it.</param>
/// <param name="Subnet">Null when unknown.</param>
/// <param name="Fence">The block of addresses that swarm gives out; null when unknown.</param>
/// <param name="Services">Names of those on it.</param>
public sealed record ComposeNetworkLine(string Key, string Name, string? Subnet, string? Fence, ImmutableArray<string> Services);

/// <summary>Something that the transition would break, or that is not what it seems.</summary>
/// <param name="Rule"><c>OC</c> and two digits.</param>
/// <param name="Name">The rule in words with hyphens.</param>
/// <param name="Severity"><c>error</c>, <c>warning</c> or <c>info</c>.</param>
/// <param name="Service">Null when it is about none.</param>
/// <param name="Network">The network's key in the file; null when it is about none.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
public sealed record ComposeFindingLine(
    string Rule, string Name, string Severity, string? Service, string? Network, string File, int Line, int Column, string Message, string Cause,
    string Repair);
