using System.CommandLine;
using OverlayBridge.Commands.Network;
using OverlayBridge.Reports.Runs;
using OverlayBridge.Sources;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Migrate;

/// <summary><c>migrate status</c>: stages, hosts at work, gates, what is waited for and the expected end; once, or live.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Cursor to the upper left, and all below it cleared: the terminal's own history stays.</summary>
    private const string Home = "\e[H\e[J";

    public static Command Create()
    {
        var command = new DocumentedCommand("status", "Show how the run stands: stages, hosts at work, gates, what it waits for, the expected end")
        {
            Examples =
            [
                ("overlaybridge migrate status", "Shows it once."),
                ("overlaybridge migrate status --watch", "Live: on a terminal in place, else again at every change. Ends with the run, or by Ctrl-C."),
                ("overlaybridge migrate status -o json", "For scripts: .run.state and .executor.waitsFor say where it is."),
            ],
            ExitCodes = [(ExitCode.Success, "shown; with --watch: the run is over, or ended by Ctrl-C"), (ExitCode.Error, "the control node does not answer")],
        };
        var watch = new Option<bool>("--watch") { Description = "Go on, and show how it stands until the run is over" };
        command.Add(watch);
        var bridge = BridgeOption.AddTo(command);
        command.SetAction(async (parse, token) =>
        {
            using var client = bridge.Connect(parse);
            var reading = new RunReading(client, CommandOutput.SurroundingsOf(parse).Time);
            if (parse.GetValue(watch))
                return await WatchAsync(reading, parse, token).ConfigureAwait(false);
            await CommandOutput.Of(parse).WriteReportAsync(new RunReport(await reading.DocumentAsync(token).ConfigureAwait(false)), token).ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }

    // To watch a run that goes on ends only by being stopped, so being stopped is its success.
    private static async Task<int> WatchAsync(RunReading reading, ParseResult parse, CancellationToken token)
    {
        var (output, surroundings) = (CommandOutput.Of(parse), CommandOutput.SurroundingsOf(parse));
        var inPlace = surroundings.OutputIsTerminal && output is { File: null, Format: OutputFormat.Table };
        RunDocument? shown = null;
        try
        {
            while (true)
            {
                if (await TryReadAsync(reading, output, token).ConfigureAwait(false) is { } now && (inPlace || !IsSame(shown, now)))
                {
                    await ShowAsync(output, surroundings, now, inPlace, token).ConfigureAwait(false);
                    shown = now;
                    if (now.Run is { State: "done" or "rolled-back" or "retired" })
                        return ExitCode.Success;
                }
                await Task.Delay(Interval, surroundings.Time, token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return ExitCode.Success;
        }
    }

    private static Task ShowAsync(CommandOutput output, Surroundings surroundings, RunDocument now, bool inPlace, CancellationToken token) => inPlace
        ? output.WriteResultAsync(
            text =>
            {
                text.Write(Home);
                new RunReport(now).WriteTable(text, output.Width, output.ColourAllowed);
                text.Write($"\n{surroundings.Time.GetUtcNow():yyyy-MM-dd HH:mm:ss'Z'}, Ctrl-C ends the view, not the run\n");
            }, token)
        : output.WriteReportAsync(new RunReport(now), token);

    /// <summary>While the leader changes nobody answers for a moment: the next look will.</summary>
    private static async Task<RunDocument?> TryReadAsync(RunReading reading, CommandOutput output, CancellationToken token)
    {
        try
        {
            return await reading.DocumentAsync(token).ConfigureAwait(false);
        }
        catch (SourceException e)
        {
            output.Progress($"{e.Message} {e.Cause} Asking again.");
            return null;
        }
    }

    /// <summary>That time goes by, and that a probe counts on, is no news.</summary>
    private static bool IsSame(RunDocument? shown, RunDocument now)
    {
        return shown is not null && Text(shown) == Text(now);

        static string Text(RunDocument document)
        {
            using var text = new StringWriter();
            new RunReport(document with
            {
                Run = document.Run is { } run ? run with { ExpectedSeconds = null, ExpectedEnd = null } : null,
                Executor = document.Executor is { } one ? one with { At = default, WaitsFor = [] } : null,
                Steps = [.. document.Steps.Select(static step => step with { Milliseconds = 0 })],
                Stages = [.. document.Stages.Select(static stage => stage with { Gates = [.. stage.Gates.Select(static gate => gate with { Tries = null, Failures = null, LongestOutageMilliseconds = null })] })],
            }).WriteJson(text);
            return text.ToString();
        }
    }
}
