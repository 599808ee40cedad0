using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OverlayBridge.Overlay.Runs;
using OverlayBridge.Overlay.Runs.Simulation;

namespace OverlayBridge.Reports.Runs;

/// <summary>What becomes of a plan in a model of the fleet when something goes wrong. Its JSON is a contract: docs/schemas/plan-simulation.schema.json.</summary>
/// <param name="State">How the plan ends when nothing goes wrong: <c>done</c>, <c>retired</c>, or <c>paused</c> when it cannot be carried out at all.</param>
/// <param name="Note">Why.</param>
/// <param name="Seconds">What it takes in the model.</param>
/// <param name="Possible">Cases that there are; fewer may have been played.</param>
/// <param name="Dangers">Cases without a way on or back, or with more replicas down than the plan allows.</param>
public sealed record SimulationDocument(
    int FormatVersion, string Plan, string State, string Note, long Seconds, int Possible, int Played, int Dangers, ImmutableArray<CaseLine> Cases)
{
    public const int CurrentFormatVersion = 1;

    public static SimulationDocument Of(string plan, SimulationResult result)
    {
        ImmutableArray<CaseLine> cases = [.. result.Cases.Select(CaseLine.Of)];
        return new(
            CurrentFormatVersion, plan, RunRequests.Word(result.State), result.Note, (long)result.Time.TotalSeconds, result.Possible, cases.Length,
            cases.Count(static one => !one.GoesOn || !one.GoesBack), cases);
    }
}

/// <summary>One fault.</summary>
/// <param name="Fault"><c>host-dies</c>, <c>engine-stays-down</c>, <c>refused</c>.</param>
/// <param name="Then">What the run does.</param>
/// <param name="Down">Replica sets with members down at that moment.</param>
/// <param name="GoesOn">Once the host is looked after, a resume brings the stage to its end.</param>
/// <param name="GoesBack">Once the host is looked after, a rollback ends where the stage began.</param>
public sealed record CaseLine(string Stage, string Host, string Step, string Fault, string Then, ImmutableArray<string> Down, bool GoesOn, bool GoesBack)
{
    /// <summary><see cref="Then"/> for a table, where host and step stand beside it.</summary>
    [JsonIgnore]
    public string Here { get; private init; } = "";

    public static CaseLine Of(SimulationCase one) =>
        new(one.Stage, one.Fault.Host, one.Fault.Step, Word(one.Fault.Kind), one.Then, one.Lost, one.GoesOn, one.GoesBack) { Here = one.Here };

    /// <summary>As it is written everywhere.</summary>
    public static string Word(SimulatedFaultKind kind) => kind switch
    {
        SimulatedFaultKind.HostDies => "host-dies",
        SimulatedFaultKind.EngineStaysDown => "engine-stays-down",
        _ => "refused",
    };
}
