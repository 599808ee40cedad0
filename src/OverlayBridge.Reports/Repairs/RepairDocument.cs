using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Serialization;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Repairs;

namespace OverlayBridge.Reports.Repairs;

/// <summary>What <c>repair</c> shows, whether or not it wrote. Its JSON is a contract: docs/schemas/repair.schema.json.</summary>
/// <param name="Source">The STATE as given, without secrets.</param>
/// <param name="Index">The store's index when the repair was planned; 0 when the source does not say.</param>
/// <param name="Applied">False: nothing was written.</param>
/// <param name="Backup">The copy of the store from before the first write; null when nothing was written.</param>
/// <param name="Conflicts">How often somebody else changed a key first.</param>
/// <param name="Refused">Faults that were asked for and are left alone.</param>
public sealed record RepairDocument(
    int FormatVersion,
    string Source,
    ulong Index,
    bool Applied,
    string? Backup,
    int Conflicts,
    ImmutableArray<RepairStepView> Steps,
    ImmutableArray<RepairRefusalView> Refused,
    ImmutableArray<string> Notes)
{
    public const int CurrentFormatVersion = 1;

    public static RepairDocument Of(
        string source, ulong index, bool applied, string? backup, int conflicts,
        IEnumerable<(RepairStep Step, RepairState State, string Reason)> steps, IEnumerable<RepairRefusal> refused, ImmutableArray<string> notes) => new(
        CurrentFormatVersion, source, index, applied, backup, conflicts,
        [.. steps.Select(s => RepairStepView.Of(s.Step, s.State, s.Reason))],
        [.. refused.Select(r => new RepairRefusalView(r.Target.Rule, r.Name, r.Target.Subject, r.Message, r.Reason))], notes);
}

/// <summary>The writes that mend one fault, or several of one rule that share a record.</summary>
/// <param name="Reason">Why it is not done; empty otherwise.</param>
public sealed record RepairStepView(
    string Rule, string Name, AuditSeverity Severity, AuditNetwork? Network, ImmutableArray<string> Subjects, ImmutableArray<string> Messages,
    RepairState Result, string Reason, ImmutableArray<RepairWriteView> Writes)
{
    public static RepairStepView Of(RepairStep step, RepairState state, string reason) => new(
        step.Rule, step.Name, step.Severity, step.Network, step.Subjects, step.Messages, state, reason, [.. step.Writes.Select(RepairWriteView.Of)]);
}

/// <summary>One key changed by compare-and-set.</summary>
/// <param name="ExpectedIndex">The ModifyIndex that the key must have, 0 when it must not exist; null for a key that an earlier step changes first.</param>
/// <param name="Action">What happens to the key: <c>create</c>, <c>change</c> or <c>delete</c>.</param>
/// <param name="Changes">What that means, in addresses and figures.</param>
/// <param name="Before">The value as text, null when there is no key.</param>
/// <param name="After">The value as text, null when the key is deleted.</param>
public sealed record RepairWriteView(
    string Key, string Action, ulong? ExpectedIndex, ImmutableArray<string> Changes, string? Before, string? After)
{
    public static RepairWriteView Of(RepairWrite write) => new(
        write.Key, write.After is null ? "delete" : write.Before is null ? "create" : "change",
        write.ExpectedIndex == ulong.MaxValue ? null : write.ExpectedIndex, write.Changes, Text(write.Before), Text(write.After));

    // Records are text; what is not shows as U+FFFD, and is whole in the backup.
    private static string? Text(ImmutableArray<byte>? value) => value is { } bytes ? Encoding.UTF8.GetString(bytes.AsSpan()) : null;
}

/// <summary>A fault that is left alone.</summary>
/// <param name="Message">What is wrong.</param>
/// <param name="Reason">Why it is left, and what to do.</param>
public sealed record RepairRefusalView(string Rule, string Name, string Subject, string Message, string Reason);

/// <summary>What became of a step.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RepairState>))]
public enum RepairState
{
    /// <summary>Not written: a dry run.</summary>
    [JsonStringEnumMemberName("planned")]
    Planned,

    /// <summary>Written, and seen mended.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>The fault was not there any more.</summary>
    [JsonStringEnumMemberName("gone")]
    Gone,

    /// <summary>Not mended; the reason says why.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
