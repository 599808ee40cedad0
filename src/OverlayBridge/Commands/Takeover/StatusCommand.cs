using System.CommandLine;
using OverlayBridge.Commands.Network;
using OverlayBridge.Reports.Takeovers;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Takeover;

/// <summary><c>takeover status</c>: phase, hosts, coordinator, alarms; once, or at every change.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var command = new DocumentedCommand("status", "Show how the takeover stands: its phase, each host, and writes that still reach the old store")
        {
            Examples =
            [
                ("overlaybridge takeover status", "Shows it once."),
                ("overlaybridge takeover status --watch", "Shows it again at every change, until Ctrl-C."),
            ],
            ExitCodes =
            [
                (ExitCode.Success, "shown; with --watch: ended by Ctrl-C"),
                (ExitCode.Error, "the control node does not answer"),
            ],
        };
        var watch = new Option<bool>("--watch") { Description = "Go on, and show it again whenever something changed" };
        command.Add(watch);
        var bridge = BridgeOption.AddTo(command);
        command.SetAction(async (parse, token) =>
        {
            using var client = bridge.Connect(parse);
            return parse.GetValue(watch) ? await WatchAsync(client, parse, token).ConfigureAwait(false) : await ShowAsync(client, parse, token).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> ShowAsync(IConsulClient client, ParseResult parse, CancellationToken token)
    {
        var time = CommandOutput.SurroundingsOf(parse).Time;
        var state = await TakeoverReading.ReadAsync(client, time, token).ConfigureAwait(false);
        await CommandOutput.Of(parse).WriteReportAsync(new StatusReport(state.Document(time.GetUtcNow())), token).ConfigureAwait(false);
        return ExitCode.Success;
    }

    // To watch ends only by being stopped, so being stopped is its success.
    private static async Task<int> WatchAsync(IConsulClient client, ParseResult parse, CancellationToken token)
    {
        var (output, time) = (CommandOutput.Of(parse), CommandOutput.SurroundingsOf(parse).Time);
        StatusDocument? shown = null;
        try
        {
            while (true)
            {
                if (await TryReadAsync(client, output, time, token).ConfigureAwait(false) is { } now && !IsSame(shown, now))
                {
                    await output.WriteReportAsync(new StatusReport(now), token).ConfigureAwait(false);
                    shown = now;
                }
                await Task.Delay(Interval, time, token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return ExitCode.Success;
        }
    }

    private static async Task<StatusDocument?> TryReadAsync(IConsulClient client, CommandOutput output, TimeProvider time, CancellationToken token)
    {
        try
        {
            return (await TakeoverReading.ReadAsync(client, time, token).ConfigureAwait(false)).Document(time.GetUtcNow());
        }
        catch (SourceException e)
        {
            output.Progress($"{e.Message} {e.Cause} Asking again.");
            return null;
        }
    }

    /// <summary>The coordinator's regular word alone, and the source's index, are no news.</summary>
    private static bool IsSame(StatusDocument? shown, StatusDocument now)
    {
        return shown is not null && Text(shown) == Text(now);

        static string Text(StatusDocument document)
        {
            using var text = new StringWriter();
            new StatusReport(document with
            {
                Coordinator = document.Coordinator is { } one ? one with { At = default, SourceIndex = 0, Keys = 0 } : null,
                Hosts = [.. document.Hosts.Select(static host => host with { Connections = 0 })],
            }).WriteJson(text);
            return text.ToString();
        }
    }
}
