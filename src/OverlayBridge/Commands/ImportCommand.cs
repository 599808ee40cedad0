using System.CommandLine;
using System.Globalization;
using OverlayBridge.Migration.Import;
using OverlayBridge.Overlay.Diff;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Reports.Diffs;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary><c>import STATE</c>: makes a cluster equal to a store, once or for as long as it runs.</summary>
internal sealed class ImportCommand
{
    private const string DefaultTarget = "bridge://127.0.0.1:8500";

    private readonly StateArgument _state;

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Show what an import would change, and change nothing" };

    private readonly Option<bool> _follow = new("--follow")
    {
        Description = "Go on and carry over every change of a live Consul within a second, until Ctrl-C or SIGTERM",
    };

    private readonly Option<string> _to = new("--to")
    {
        Description = "The cluster to import into: any of its control nodes, or several with commas",
        HelpName = "bridge://HOST:PORT",
        DefaultValueFactory = _ => DefaultTarget,
    };

    private readonly Option<double> _allowDeletes = new("--allow-deletes")
    {
        Description = "Allow up to PERCENT of the cluster's keys to be deleted because the source no longer has them; beyond it nothing is changed",
        HelpName = "PERCENT",
        DefaultValueFactory = _ => DeletionPolicy.DefaultShare * 100,
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[^1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100)
                return percent;
            result.AddError("--allow-deletes takes a number from 0 to 100.");
            return 0;
        },
    };

    private ImportCommand(Command command)
    {
        _state = StateArgument.AddTo(command);
        foreach (var option in new Option[] { _to, _dryRun, _follow, _allowDeletes })
            command.Add(option);
    }

    public static Command Create()
    {
        var command = new DocumentedCommand(
            "import", "Copy a store into a cluster, byte for byte and index for index; nothing is changed in the store itself")
        {
            Examples =
            [
                ("overlaybridge import consul://10.0.0.5:8500 --dry-run", "Shows what would change in the cluster on this host."),
                ("overlaybridge import consul://10.0.0.5:8500 --to bridge://10.0.0.7:8500,10.0.0.8:8500", "Imports once, through whichever control node answers."),
                ("overlaybridge import consul://10.0.0.5:8500 --follow", "Imports, then keeps the cluster in step."),
            ],
            ExitCodes =
            [
                (ExitCode.Success, "imported, or nothing to do; with --follow: stopped by Ctrl-C or SIGTERM"),
                (ExitCode.Error, "not imported, or held because of deletions; repeat it once the cause is gone"),
                (ExitCode.Differences, "with --dry-run: an import would change something"),
            ],
        };
        var import = new ImportCommand(command);
        command.SetAction(import.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken token)
    {
        if (parse.GetValue(_follow) && parse.GetValue(_dryRun))
            throw new OperatorException(
                "--follow and --dry-run exclude each other.", "A dry run changes nothing, so there is nothing to follow.", "Leave one of them out.");
        using var source = _state.Open(parse);
        using var target = SourceFactory.Connect(Target(parse), StateArgument.Options(parse));
        return parse.GetValue(_follow)
            ? await FollowAsync(parse, source, target, token).ConfigureAwait(false)
            : await ImportAsync(parse, source, target, token).ConfigureAwait(false);
    }

    private StateUri Target(ParseResult parse)
    {
        var text = parse.GetRequiredValue(_to);
        var target = StateUri.Parse(text);
        return target.Scheme == StateScheme.Bridge ? target : throw new OperatorException(
            $"'{text}' cannot be imported into.", "Only a cluster of overlaybridge takes an import.",
            "Start one with 'overlaybridge serve' and give its address: --to bridge://HOST:PORT.");
    }

    private DeletionPolicy Policy(ParseResult parse) => new(parse.GetValue(_allowDeletes) / 100);

    private async Task<int> ImportAsync(ParseResult parse, IStateSource source, IConsulClient target, CancellationToken token)
    {
        var (output, dryRun) = (CommandOutput.Of(parse), parse.GetValue(_dryRun));
        var progress = new TransferLines(output, CommandOutput.SurroundingsOf(parse).Time);
        var import = await new Importer(source, target, Policy(parse)).RunAsync(dryRun, progress, token).ConfigureAwait(false);
        InventoryReading.WarnOfFaults(output, Inventory.From(import.Wanted).Faults);
        await output.WriteReportAsync(Report(import, dryRun), token).ConfigureAwait(false);
        if (import.Unconfirmed > 0)
            output.Warning(string.Create(CultureInfo.InvariantCulture, $"{import.Unconfirmed} keys went in the source while it was read; they are kept until the next import finds them still gone."));
        return import.Outcome switch
        {
            ImportOutcome.Held => throw Held(import),
            ImportOutcome.Planned => ExitCode.Differences,
            _ => ExitCode.Success,
        };
    }

    private static Reports.Diffs.ImportReport Report(Migration.Import.ImportReport import, bool dryRun) => new(
        StateDiff.Between(import.Before, import.Wanted),
        new ImportFacts(
            import.Outcome switch
            {
                ImportOutcome.Unchanged => ImportResult.Unchanged,
                ImportOutcome.Planned => ImportResult.Planned,
                ImportOutcome.Applied => ImportResult.Applied,
                ImportOutcome.Held => ImportResult.Held,
                _ => throw new InvalidOperationException($"Outcome {import.Outcome} is not known to the report."),
            },
            dryRun, import.Wanted.Index, import.Index, import.Plan.KeysSet, import.Plan.KeysDeleted.Length, import.Plan.SessionsChanged,
            import.Deletions.Reason));

    private static OperatorException Held(Migration.Import.ImportReport import) => new(
        "The import is held; nothing was changed.", $"{import.Deletions.Reason}.",
        string.Create(CultureInfo.InvariantCulture, $"Make sure that the source is complete; then allow the deletions with --allow-deletes {import.Deletions.SharePercent}."));

    // To follow ends only by being stopped, so being stopped is its success.
    private async Task<int> FollowAsync(ParseResult parse, IStateSource source, IConsulClient target, CancellationToken token)
    {
        var (output, time) = (CommandOutput.Of(parse), CommandOutput.SurroundingsOf(parse).Time);
        var options = new FollowOptions(FollowOptions.NameOf(_state.Uri(parse))) { Deletions = Policy(parse), Time = time, MakesStandby = true };
        var follower = Follower.Create(source, target, options, new FollowLines(output), new TransferLines(output, time));
        await follower.RunAsync(token).ConfigureAwait(false);
        return ExitCode.Success;
    }

    /// <summary>A line for every new state and every change that was carried over.</summary>
    private sealed class FollowLines(CommandOutput output) : IProgress<FollowRecord>
    {
        public void Report(FollowRecord value) => output.Progress(string.Create(
            CultureInfo.InvariantCulture,
            $"{value.Source}: {value.State.ToString().ToLowerInvariant()}, index {value.Index}, {value.Keys} keys{(value.Message.Length > 0 ? $"; {value.Message}" : "")}"));
    }
}
