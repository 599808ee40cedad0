using System.CommandLine;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Retirement;
using OverlayBridge.Reports.Audits;
using OverlayBridge.Reports.Runs;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary><c>audit STATE</c>: what is broken in a store, why, and what to do.</summary>
internal sealed class AuditCommand
{
    private readonly StateArgument _state;
    private readonly AuditReading _audit;
    private readonly FencesOption _fences;

    private readonly Option<AuditSeverity?> _failOn = new("--fail-on")
    {
        Description = "End with exit code 2 if there is a finding at least this severe: critical, error, warning (default) or info",
        HelpName = "critical|error|warning|info",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (Enum.GetNames<AuditSeverity>().Contains(text, StringComparer.OrdinalIgnoreCase))
                return Enum.Parse<AuditSeverity>(text, ignoreCase: true);
            result.AddError($"'{text}' is no severity: critical, error, warning or info.");
            return null;
        },
    };

    private readonly Option<bool> _listRules = new("--list-rules") { Description = "List what is looked for, and read no store" };

    private readonly Option<bool> _retired = new("--retired") { Description = "Prove instead that nothing of the bridge is left on the engines of --engine; STATE may name its control nodes, bridge://…" };

    private AuditCommand(Command command)
    {
        _state = StateArgument.AddTo(command);
        _state.MakeOptional();
        _failOn.CompletionSources.Clear();
        _failOn.CompletionSources.Add("critical", "error", "warning", "info");
        command.Add(_failOn);
        _audit = AuditReading.AddTo(command, _state);
        _fences = FencesOption.AddTo(command);
        command.Add(_listRules);
        command.Add(_retired);
    }

    public static Command Create()
    {
        var command = new DocumentedCommand("audit", "Find what is broken in a store: with evidence, likely cause, and what to do about it")
        {
            Examples =
            [
                ("overlaybridge audit consul://10.0.0.5:8500", "Audits a live store; nothing is changed in it. What may be a passing moment is confirmed by a second read."),
                ("overlaybridge audit store.json -o markdown", "Audits a dump, in a form to paste into an issue."),
                ("overlaybridge audit --retired --engine tcp://10.0.0.1:2375 --engine tcp://10.0.0.2:2375", "After 'migrate retire': proves that plain swarm is what remains."),
                ("overlaybridge audit consul://10.0.0.5:8500 --fail-on critical -o json --out audit.json", "For a scheduled job: only what is urgent makes it fail."),
            ],
            ExitCodes =
            [
                (ExitCode.Success, "nothing found that is as severe as --fail-on says; with --retired: nothing is left"),
                (ExitCode.Error, "the store cannot be read"),
                (ExitCode.Differences, "something found that is"),
            ],
        };
        command.SetAction(new AuditCommand(command).RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken token)
    {
        var output = CommandOutput.Of(parse);
        if (parse.GetValue(_listRules))
        {
            await output.WriteReportAsync(new AuditRulesReport(), token).ConfigureAwait(false);
            return ExitCode.Success;
        }

        if (parse.GetValue(_retired))
        {
            var retired = RetiredDocument.Of(RetiredChecks.Of(await new RetiredReading(_state, _audit.Engines).ReadAsync(parse, token).ConfigureAwait(false)));
            await output.WriteReportAsync(new RetiredReport(retired), token).ConfigureAwait(false);
            return retired.Clean ? ExitCode.Success : ExitCode.Differences;
        }

        CollectorPause.For(CollectorPause.Whole, _state.Uri(parse));
        var image = await _state.ReadAsync(parse, token).ConfigureAwait(false);
        var fences = await _fences.ReadAsync(parse, _state, token).ConfigureAwait(false);
        var report = new AuditReport(await _audit.AuditAsync(parse, DecodedImage.Of(image), fences, token).ConfigureAwait(false));
        await output.WriteReportAsync(report, token).ConfigureAwait(false);
        return report.HasAtLeast(parse.GetValue(_failOn) ?? AuditSeverity.Warning) ? ExitCode.Differences : ExitCode.Success;
    }
}
