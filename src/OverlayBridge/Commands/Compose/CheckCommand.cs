using System.CommandLine;
using OverlayBridge.Compose.Checks;
using OverlayBridge.Reports.Composes;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Compose;

/// <summary><c>compose check FILE…</c>: what of a project would break on swarm hosts.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("check", "Say what of a Compose project would break when it runs on swarm hosts, with line, reason and remedy")
        {
            Examples =
            [
                ("overlaybridge compose check docker-compose.yml", "Looks at the file alone; external networks and overlays are taken for shared."),
                ("overlaybridge compose check compose.yml prod.yml --store bridge://10.0.0.5:8500", "Two files over each other, compared with the fences, addresses and names of both sides."),
            ],
            ExitCodes =
            [
                (ExitCode.Success, "nothing found that is as severe as --fail-on says"),
                (ExitCode.Error, "the files or the store cannot be read"),
                (ExitCode.Differences, "something found that is"),
            ],
        };
        var project = ProjectOptions.AddTo(command);
        var failOn = FailOn();
        command.Add(failOn);
        command.SetAction((parse, token) => RunAsync(parse, project, parse.GetValue(failOn) ?? ComposeSeverity.Warning, token));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, ProjectOptions options, ComposeSeverity failOn, CancellationToken token)
    {
        var project = await options.ReadAsync(parse, token).ConfigureAwait(false);
        var findings = ComposeCheck.Find(project.Files, project.Facts);
        await CommandOutput.Of(parse).WriteReportAsync(new ComposeReport(project.Document(ComposeDocument.Check, findings, [], null)), token).ConfigureAwait(false);
        return findings.Any(finding => finding.Rule.Severity <= failOn) ? ExitCode.Differences : ExitCode.Success;
    }

    private static Option<ComposeSeverity?> FailOn()
    {
        var option = new Option<ComposeSeverity?>("--fail-on")
        {
            Description = "End with exit code 2 if there is a finding at least this severe: error, warning (default) or info",
            HelpName = "error|warning|info",
            CustomParser = result =>
            {
                var text = result.Tokens[^1].Value;
                if (Enum.GetNames<ComposeSeverity>().Contains(text, StringComparer.OrdinalIgnoreCase))
                    return Enum.Parse<ComposeSeverity>(text, ignoreCase: true);
                result.AddError($"'{text}' is no severity: error, warning or info.");
                return null;
            },
        };
        option.CompletionSources.Clear();
        option.CompletionSources.Add("error", "warning", "info");
        return option;
    }
}
