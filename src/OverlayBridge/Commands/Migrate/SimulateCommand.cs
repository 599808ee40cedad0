using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using OverlayBridge.Commands.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs;
using OverlayBridge.Overlay.Runs.Simulation;
using OverlayBridge.Reports.Runs;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Migrate;

/// <summary><c>plan simulate FILE</c>: a plan against a model of the fleet, with faults.</summary>
internal static class SimulateCommand
{
    private const int ProgressEvery = 100;

    public static Command Create()
    {
        var command = new DocumentedCommand("simulate", "Play a plan in a model of the fleet, with a fault at every step of every host")
        {
            Examples =
            [
                ("overlaybridge plan simulate plan.yaml", "What the run does when a host dies, an engine stays down, a check says no; and if it can go on and back."),
                ("overlaybridge plan simulate plan.yaml --fail h2:convert-host.h2", "One step only, with every kind of fault."),
            ],
            ExitCodes =
            [
                (ExitCode.Success, "every fault has a way on and a way back"),
                (ExitCode.Error, "the file cannot be read, or is no valid plan"),
                (ExitCode.Differences, "even without a fault it does not come to its end, or a fault has no way on or back"),
            ],
        };
        var file = PlanArgument.AddTo(command);
        var fail = new Option<string[]>("--fail") { Description = "Only faults at this step, HOST:STEP; may be repeated", HelpName = "HOST:STEP", DefaultValueFactory = static _ => [] };
        command.Add(fail);
        command.SetAction(async (parse, token) =>
        {
            var plan = new RunPlan((await PlanFiles.JudgeAsync(parse.GetRequiredValue(file), token).ConfigureAwait(false)).Valid);
            var faults = Faults(plan, parse.GetValue(fail) ?? []);
            var output = CommandOutput.Of(parse);
            var result = SimulationCases.Of(plan, CommandOutput.SurroundingsOf(parse).Time.GetUtcNow(), faults, done =>
            {
                token.ThrowIfCancellationRequested();
                if (done % ProgressEvery == 0)
                    output.Progress(string.Create(CultureInfo.InvariantCulture, $"{done} faults played"));
            });
            var document = SimulationDocument.Of(plan.Plan.Name, result);
            await output.WriteReportAsync(new SimulationReport(document), token).ConfigureAwait(false);
            return document.Dangers > 0 || result.State is not (RunState.Done or RunState.Retired) ? ExitCode.Differences : ExitCode.Success;
        });
        return command;
    }

    private static ImmutableArray<SimulatedFault> Faults(RunPlan plan, string[] chosen)
    {
        var all = SimulationCases.All(plan);
        if (chosen.Length == 0)
            return all;
        foreach (var one in chosen)
            if (!all.Any(fault => $"{fault.Host}:{fault.Step}" == one))
                throw new OperatorException(
                    $"'{one}' is no step of plan {plan.Plan.Name} that can fail.", "It takes HOST:STEP, and a step that changes something.",
                    $"For example --fail {(all.IsEmpty ? "h1:convert-host.h1" : $"{all[0].Host}:{all[0].Step}")}; without --fail all are played.");
        return [.. all.Where(fault => chosen.Contains($"{fault.Host}:{fault.Step}"))];
    }
}
