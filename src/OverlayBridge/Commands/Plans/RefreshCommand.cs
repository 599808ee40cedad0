using System.CommandLine;
using OverlayBridge.Overlay.Plans.Worlds;
using OverlayBridge.Plans;
using OverlayBridge.Reports.Plans;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Plans;

/// <summary><c>plan refresh FILE STATE</c>: takes over what changed in the world since a plan was made, where that is safe.</summary>
internal sealed class RefreshCommand
{
    private readonly Argument<string> _file;
    private readonly WorldReading _world;
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what would be taken over; change nothing" };

    private RefreshCommand(Command command)
    {
        _file = PlanArgument.AddTo(command);
        _world = WorldReading.AddTo(command);
        command.Add(_dryRun);
    }

    public static Command Create()
    {
        var command = new DocumentedCommand("refresh", "Compare a plan with the world, and take over what changed where the stages do not depend on it")
        {
            Examples =
            [
                ("overlaybridge plan refresh plan.yaml bridge://10.0.0.5:8500 --dry-run", "Says in what the world is not as the plan has it."),
                ("overlaybridge plan refresh plan.yaml bridge://10.0.0.5:8500", "Writes new containers, addresses and engine versions into the file; your stages and comments stay."),
            ],
            ExitCodes =
            [
                (ExitCode.Success, "the plan fits, or was brought up to date"),
                (ExitCode.Error, "the plan or the world cannot be read, or something changed that cannot be taken over"),
                (ExitCode.Differences, "with --dry-run: changes would be taken over"),
            ],
        };
        command.SetAction(new RefreshCommand(command).RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken token)
    {
        var output = CommandOutput.Of(parse);
        var file = parse.GetRequiredValue(_file);
        var source = await PlanFiles.ReadAsync(file, token).ConfigureAwait(false);
        var plan = PlanReading.Of(source).Valid;
        var world = await _world.ReadAsync(parse, token).ConfigureAwait(false);
        var fit = PlanFit.Of(plan, world);
        var result = fit.Fits ? PlanFitDocument.Fits
            : !fit.CanRefresh ? PlanFitDocument.Refused
            : parse.GetValue(_dryRun) ? PlanFitDocument.WouldRefresh : PlanFitDocument.Refreshed;
        if (result == PlanFitDocument.Refreshed)
        {
            var refreshed = PlanRefresh.Of(plan, world, CommandOutput.SurroundingsOf(parse).Time.GetUtcNow());
            await PlanFiles.ReplaceAsync(file, PlanUpdate.Of(source, refreshed), token).ConfigureAwait(false);
            output.Progress($"Wrote {file}.");
        }

        var document = new PlanFitDocument(
            PlanFitDocument.CurrentFormatVersion, file, plan.Name, world.Source, world.Index, plan.Origin.Index, result, PlanFitDocument.Lines(fit));
        await output.WriteReportAsync(new PlanFitReport(document), token).ConfigureAwait(false);
        return result switch { PlanFitDocument.Refused => ExitCode.Error, PlanFitDocument.WouldRefresh => ExitCode.Differences, _ => ExitCode.Success };
    }
}
