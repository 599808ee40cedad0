using System.CommandLine;
using System.Globalization;
using OverlayBridge.Commands.Network;
using OverlayBridge.Migration.Expose;
using OverlayBridge.Migration.Repairs;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Repairs;
using OverlayBridge.Reports.Repairs;
using OverlayBridge.Sources;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary><c>repair STATE --rule ID…</c>: mends by compare-and-set what an audit found and what can be mended safely.</summary>
internal sealed class RepairCommand
{
    private readonly StateArgument _state;
    private readonly EngineOption _engines;
    private readonly FencesOption _fences;

    private readonly Option<string[]> _rules = new("--rule")
    {
        Description = "Mend what this rule finds, and what its findings explain; repeat it for more",
        HelpName = "ID",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> _all = new("--all") { Description = "Mend everything that can be mended" };

    private readonly Option<bool> _apply = new("--apply", "--yes") { Description = "Write; without it, only what would be written is shown" };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Show what would be written, and write nothing (the default)" };

    private readonly Option<string[]> _gone = new("--hosts-gone")
    {
        Description = "Hosts that you know to be gone for good, as endpoints name them, with commas: what they held is freed",
        HelpName = "ADDRESS,…",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _backup = new("--backup")
    {
        Description = "Where the store is copied to before the first write (default: repair-backup-TIME.json.gz in this folder)",
        HelpName = "FILE",
    };

    private readonly Option<double> _again = new("--again")
    {
        Description = "Wait SECONDS before the store is read a second time to confirm what may be a passing moment (default: 3)",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 3,
    };

    private RepairCommand(Command command)
    {
        _state = StateArgument.AddTo(command);
        foreach (var option in new Option[] { _rules, _all, _apply, _dryRun })
            command.Add(option);
        _engines = EngineOption.AddTo(command);
        _fences = FencesOption.AddTo(command);
        foreach (var option in new Option[] { _gone, _backup, _again })
            command.Add(option);
        _rules.Validators.Add(result =>
        {
            foreach (string id in (result.GetValue(_rules) ?? []).Where(id => RuleOf(id) is null))
                result.AddError($"'{id}' is no rule: give OB01 to OB{AuditRules.All.Length}, as 'overlaybridge audit --list-rules' lists them.");
        });
        _again.Validators.Add(result =>
        {
            if (result.GetValue(_again) is not (>= 0 and <= 3600))
                result.AddError("--again takes a number of seconds from 0 to 3600.");
        });
    }

    public static Command Create()
    {
        var command = new DocumentedCommand(
            "repair", "Mend what an audit found and what can be mended safely; nothing is written without --apply")
        {
            Examples =
            [
                ("overlaybridge repair consul://10.0.0.5:8500 --all", "Shows every write that would be made, and what is left alone and why."),
                ("overlaybridge repair consul://10.0.0.5:8500 --rule OB07 --apply", "Corrects endpoint counts."),
                ("overlaybridge repair consul://10.0.0.5:8500 --rule OB09 --engine tcp://10.0.0.1:2376 --apply", "Frees leaked addresses; every host must be asked what runs on it, here the only one."),
                ("overlaybridge repair consul://10.0.0.5:8500 --all --engine tcp://10.0.0.1:2376 --hosts-gone 10.0.0.2 --apply", "Also removes what a host left that will not come back."),
            ],
            ExitCodes =
            [
                (ExitCode.Success, "repaired, or nothing to repair"),
                (ExitCode.Error, "not repaired, or not all of it: the report and stderr say why"),
                (ExitCode.Differences, "without --apply: something can be repaired"),
            ],
        };
        command.SetAction(new RepairCommand(command).RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken token)
    {
        bool apply = parse.GetValue(_apply);
        var request = RequestOf(parse, apply);
        if (_state.Uri(parse) is { Scheme: StateScheme.File } file)
            throw new OperatorException(
                $"'{file}' cannot be repaired.", "It is a file; a repair is made on the live store, where engines work.",
                "Give the store that it was taken from, such as consul://HOST:8500; 'overlaybridge audit FILE' shows what is wrong in the file.");
        await RefuseFollowerAsync(parse, token).ConfigureAwait(false);
        var fences = await _fences.ReadAsync(parse, _state, token).ConfigureAwait(false);
        var output = CommandOutput.Of(parse);
        var time = CommandOutput.SurroundingsOf(parse).Time;
        using var source = _state.OpenWritable(parse);
        var options = new RepairOptions
        {
            Apply = apply,
            Again = TimeSpan.FromSeconds(parse.GetValue(_again)),
            BackupFile = parse.GetValue(_backup) ?? DefaultBackup(time.GetUtcNow()),
            Fences = InventoryReading.RangesOf(fences),
        };
        var repairer = new Repairer(source, stopped => _engines.ReadAsync(parse, stopped), options, new ProgressLines(output), time);
        var outcome = await repairer.RunAsync(request, token).ConfigureAwait(false);
        await output.WriteReportAsync(new RepairReport(DocumentOf(outcome)), token).ConfigureAwait(false);
        return ExitCodeOf(outcome);
    }

    private RepairRequest RequestOf(ParseResult parse, bool apply)
    {
        string[] rules = parse.GetValue(_rules) ?? [];
        if (apply && parse.GetValue(_dryRun))
            throw new OperatorException("--apply and --dry-run exclude each other.", "A dry run writes nothing.", "Leave one of them out.");
        if (parse.GetValue(_all) == rules.Length > 0)
            throw new OperatorException(
                "Which faults are to be repaired?", rules.Length > 0 ? "--all and --rule exclude each other." : "Neither --rule nor --all is given.",
                "Give --rule OB07 for what one rule finds, or --all for everything.");
        return new RepairRequest
        {
            FencesKnown = _fences.IsKnown(parse, _state),
            Rules = [.. rules.Select(id => RuleOf(id)!.Id).Distinct()],
            HostsGone = [.. (parse.GetValue(_gone) ?? []).SelectMany(list => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
        };
    }

    /// <summary>What is written into a copy that follows another store is undone by the next change there.</summary>
    private async Task RefuseFollowerAsync(ParseResult parse, CancellationToken token)
    {
        if (_state.Uri(parse) is not { Scheme: StateScheme.Bridge } uri)
            return;
        using var bridge = SourceFactory.Connect(uri, StateArgument.Options(parse));
        var followed = (await new BridgeRecordsReader(bridge).SourcesAsync(token).ConfigureAwait(false))
            .FirstOrDefault(s => s.Record.State != FollowState.Stopped);
        if (followed is not null)
            throw new OperatorException(
                $"'{uri}' is not repaired.", $"It follows {followed.Record.Source}, which would undo every repair.",
                $"Repair the store that the engines work on: overlaybridge repair {followed.Record.Source}.");
    }

    private static int ExitCodeOf(RepairOutcome outcome) =>
        !outcome.HasWork ? ExitCode.Success
        : outcome.Applied ? ExitCode.Error
        : ExitCode.Differences;

    private static RepairDocument DocumentOf(RepairOutcome outcome) => RepairDocument.Of(
        outcome.Source, outcome.Index, outcome.Applied, outcome.Backup, outcome.Conflicts,
        outcome.Steps.Select(s => (s.Step, StateOf(s.Result), s.Reason)), outcome.Refused, outcome.Notes);

    private static RepairState StateOf(StepResult result) => result switch
    {
        StepResult.Planned => RepairState.Planned,
        StepResult.Done => RepairState.Done,
        StepResult.Gone => RepairState.Gone,
        StepResult.Failed => RepairState.Failed,
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, "unknown result"),
    };

    // As written, or the number alone.
    private static AuditRule? RuleOf(string id) => AuditRules.All.FirstOrDefault(rule =>
        rule.Id.Equals(id, StringComparison.OrdinalIgnoreCase) || rule.Number.ToString(CultureInfo.InvariantCulture) == id.TrimStart('0'));

    private static string DefaultBackup(DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"repair-backup-{now.UtcDateTime:yyyyMMdd-HHmmss}.json.gz");
}
