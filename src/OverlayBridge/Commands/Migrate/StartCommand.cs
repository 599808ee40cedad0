using System.CommandLine;
using OverlayBridge.Commands.Network;
using OverlayBridge.Commands.Plans;
using OverlayBridge.Migration.Runs;
using OverlayBridge.Migration.Takeover;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Plans.Worlds;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs;
using OverlayBridge.Reports.Runs;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Migrate;

/// <summary><c>migrate start PLAN</c>: hands a plan over to the executor, if it still fits the world.</summary>
internal static class StartCommand
{
    private const int ShownMisfits = 20;

    public static Command Create()
    {
        var command = new DocumentedCommand("start", "Begin to carry a plan out; it goes on in the leading control node")
        {
            Examples =
            [
                ("overlaybridge migrate start plan.yaml --dry-run", "Asks every host, and prints every change on each in order; changes nothing."),
                ("overlaybridge migrate start plan.yaml", "Returns at once; 'overlaybridge migrate status --watch' shows how it goes."),
            ],
            ExitCodes =
            [
                (ExitCode.Success, "the run has begun; with --dry-run: nothing would be changed"),
                (ExitCode.Error, "a wrong plan, one that does not fit the world, a run that is not over; --dry-run: a host refuses a step"),
                (ExitCode.Differences, "with --dry-run: it can be carried out, and changes what was printed"),
            ],
        };
        var file = PlanArgument.AddTo(command, "PLAN");
        var dryRun = new Option<bool>("--dry-run") { Description = "Ask every host what it would change, and say what differs after each stage; change nothing" };
        command.Add(dryRun);
        var bridge = BridgeOption.AddTo(command);
        command.SetAction(async (parse, token) =>
        {
            var plan = (await PlanFiles.JudgeAsync(parse.GetRequiredValue(file), token).ConfigureAwait(false)).Valid;
            using var client = bridge.Connect(parse);
            return parse.GetValue(dryRun)
                ? await DryRunAsync(parse, bridge, client, plan, token).ConfigureAwait(false)
                : await StartAsync(parse, bridge, client, plan, token).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> StartAsync(ParseResult parse, BridgeOption bridge, IConsulClient client, MigrationPlan plan, CancellationToken token)
    {
        var (output, time) = (CommandOutput.Of(parse), CommandOutput.SurroundingsOf(parse).Time);
        var records = new RunRecords(client);
        var last = await RequireNoneAsync(records, token).ConfigureAwait(false);
        var fit = await FitAsync(parse, bridge, client, plan, token).ConfigureAwait(false);
        if (!fit.Fits)
            throw Misfit(plan, parse, fit);
        var (stored, id, now) = (StoredPlan.Of(plan), Guid.NewGuid().ToString("N"), time.GetUtcNow());
        if (stored.Chunks.Length > StoredPlan.MaxChunks)
            throw new OperatorException($"Plan {plan.Name} is too large.", $"Packed it has {stored.Chunks.Sum(static chunk => (long)chunk.Length)} bytes.", "Make a plan for a part of the hosts.");
        await records.WritePlanAsync(id, stored, last?.Record.Id, token).ConfigureAwait(false);
        var run = new RunRecord(id, plan.Name, stored.Digest, stored.Chunks.Length, RunState.Running, now, "", "", RequestCommand.Operator, now);
        if (!await records.MoveAsync(run, last?.Index ?? 0, token).ConfigureAwait(false))
            throw new OperatorException("Another run was started just now.", "Two commands at once.", "Look at 'overlaybridge migrate status'.");
        output.Progress("Started. Next: 'overlaybridge migrate status --watch'.");
        await output.WriteReportAsync(new RunReport(await new RunReading(client, time).DocumentAsync(token).ConfigureAwait(false)), token).ConfigureAwait(false);
        return ExitCode.Success;
    }

    private static async Task<int> DryRunAsync(ParseResult parse, BridgeOption bridge, IConsulClient client, MigrationPlan plan, CancellationToken token)
    {
        await RequireNoneAsync(new RunRecords(client), token).ConfigureAwait(false);
        var output = CommandOutput.Of(parse);
        var fit = await FitAsync(parse, bridge, client, plan, token).ConfigureAwait(false);
        var known = new RunPlan(plan);
        var result = await new DryRun(known, client, CommandOutput.SurroundingsOf(parse).Time, new ProgressLines(output)).RunAsync(token).ConfigureAwait(false);
        await output.WriteReportAsync(new DryRunReport(Document(known, fit, result)), token).ConfigureAwait(false);
        return !fit.Fits || result.Steps.Any(static step => step.Cause.Length > 0) ? ExitCode.Error
            : result.Steps.Any(static step => !step.Changes.IsEmpty) ? ExitCode.Differences : ExitCode.Success;
    }

    private static DryRunDocument Document(RunPlan plan, PlanFit fit, DryRunResult result) => new(
        DryRunDocument.CurrentFormatVersion, plan.Plan.Name, fit.Fits, [.. fit.Changes.Select(static change => change.Message)],
        [
            .. from stage in plan.Stages
               select new DryStage(
                   stage.Name,
                   [
                       .. from step in result.Steps
                          where step.Step.Stage == stage.Name
                          select new DryStep(step.Step.Id, step.Step.Host, step.IsFromAgent ? "agent" : "model", step.Cause.Length > 0 ? "refused" : "possible", step.Changes, step.Cause, step.Remedy),
                   ],
                   [.. stage.Stage.Gates.Select(static gate => gate.Name)],
                   [.. result.Stages.Where(one => one.Stage == stage.Name).SelectMany(static one => one.Changes).Select(static change => new DryDifference(change.Subject, change.Before, change.After))]),
        ],
        result.End.State is RunState.Done or RunState.Retired
            ? $"At its end it is {RunRequests.Word(result.End.State)}: {result.End.Note}"
            : $"It does not come to its end: {(result.End.Note.Length > 0 ? result.End.Note : string.Join("; ", result.WaitsFor))}");

    /// <summary>The last run, if it is over; null when there never was one.</summary>
    /// <exception cref="OperatorException">One is not over.</exception>
    private static async Task<Stored<RunRecord>?> RequireNoneAsync(RunRecords records, CancellationToken token)
    {
        var last = await records.RunAsync(token).ConfigureAwait(false);
        return last is null or { Record.State: RunState.Done or RunState.RolledBack or RunState.Retired } ? last : throw new OperatorException(
            $"The run of plan {last.Record.Plan} is not over.", $"It is {RunRequests.Word(last.Record.State)} since {last.Record.StateSince:u}, and one run is carried out at a time.",
            "Let it come to its end, or go back with 'overlaybridge migrate rollback'; 'overlaybridge migrate status' shows how it stands.");
    }

    /// <summary>Compares the plan with the store and the agents' records as they are now.</summary>
    private static async Task<PlanFit> FitAsync(ParseResult parse, BridgeOption bridge, IConsulClient client, MigrationPlan plan, CancellationToken token)
    {
        using var legacy = bridge.Open(parse);
        var inventory = Inventory.From(await legacy.ReadAsync(token).ConfigureAwait(false));
        return PlanFit.Of(plan, await WorldReading.RecordedAsync(client, inventory, token).ConfigureAwait(false));
    }

    private static OperatorException Misfit(MigrationPlan plan, ParseResult parse, PlanFit fit)
    {
        foreach (var change in fit.Changes.Take(ShownMisfits))
            CommandOutput.Of(parse).Progress($"  {change.Message}{(change.Remedy.Length > 0 ? $" {change.Remedy}" : "")}");
        if (fit.Changes.Length > ShownMisfits)
            CommandOutput.Of(parse).Progress($"  and {fit.Changes.Length - ShownMisfits} more");
        return new OperatorException(
            $"Plan {plan.Name} does not fit the world as it is now.", $"{fit.Changes.Length} things are not as when it was made ({plan.Origin.Created:u}, index {plan.Origin.Index}): {fit.Changes[0].Message}",
            fit.CanRefresh ? "'overlaybridge plan refresh' takes these changes over; review the plan then." : "Make the plan anew with 'overlaybridge plan create', or bring back what changed.");
    }
}
