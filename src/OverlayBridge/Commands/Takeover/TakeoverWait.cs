using System.CommandLine;
using OverlayBridge.Commands.Network;
using OverlayBridge.Overlay.Takeovers;
using OverlayBridge.Reports.Takeovers;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Sources;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Takeover;

/// <summary>Looks at a takeover until it is as a command wants it, and tells what happens meanwhile.</summary>
internal sealed class TakeoverWait
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private const int DefaultSeconds = 60;
    private const int MaxSeconds = 3600;

    private readonly BridgeOption _bridge;
    private readonly Option<int> _wait = new("--wait")
    {
        Description = $"How many seconds to wait for all hosts (default: {DefaultSeconds})",
        HelpName = "SECONDS",
        DefaultValueFactory = static _ => DefaultSeconds,
    };

    private TakeoverWait(Command command)
    {
        _bridge = BridgeOption.AddTo(command);
        _wait.Validators.Add(result =>
        {
            if (result.GetValue(_wait) is < 1 or > MaxSeconds)
                result.AddError($"--wait takes 1 to {MaxSeconds} seconds.");
        });
        command.Add(_wait);
    }

    public static TakeoverWait AddTo(Command command) => new(command);

    public IConsulClient Connect(ParseResult parse) => _bridge.Connect(parse);

    /// <summary>The takeover that a command is about.</summary>
    /// <exception cref="OperatorException">There is none.</exception>
    public static async Task<TakeoverState> RequireAsync(IConsulClient client, ParseResult parse, CancellationToken token)
    {
        var state = await TakeoverReading.ReadAsync(client, CommandOutput.SurroundingsOf(parse).Time, token).ConfigureAwait(false);
        return state.Takeover is not null ? state : throw new OperatorException(
            "No takeover is prepared.", $"{client.Name} holds no record of one.", "Begin with 'overlaybridge takeover prepare consul://HOST:8500'.");
    }

    /// <summary>Waits until <paramref name="isDone"/>, and prints the state at the end as the command's result.</summary>
    /// <exception cref="OperatorException">From <paramref name="isDone"/>, or not done in time.</exception>
    public async Task<int> UntilAsync(
        IConsulClient client, ParseResult parse, Func<TakeoverState, bool> isDone, Func<TakeoverState, OperatorException> late, CancellationToken token)
    {
        var (output, time) = (CommandOutput.Of(parse), CommandOutput.SurroundingsOf(parse).Time);
        var (begun, limit) = (time.GetTimestamp(), TimeSpan.FromSeconds(parse.GetValue(_wait)));
        var said = "";
        TakeoverState? state = null;
        while (true)
        {
            state = await TryReadAsync(client, output, time, token).ConfigureAwait(false) ?? state;
            if (state is not null)
            {
                said = Tell(output, state, said);
                if (isDone(state))
                    break;
            }
            if (time.GetElapsedTime(begun) >= limit)
                throw state is null ? Unreachable(client) : late(state);
            await Task.Delay(Interval, time, token).ConfigureAwait(false);
        }
        await output.WriteReportAsync(new StatusReport(state.Document(time.GetUtcNow())), token).ConfigureAwait(false);
        return ExitCode.Success;
    }

    /// <summary>While the leader changes nobody answers for a moment: the next look will.</summary>
    private static async Task<TakeoverState?> TryReadAsync(IConsulClient client, CommandOutput output, TimeProvider time, CancellationToken token)
    {
        try
        {
            return await TakeoverReading.ReadAsync(client, time, token).ConfigureAwait(false);
        }
        catch (SourceException e)
        {
            output.Progress($"{e.Message} {e.Cause} Asking again.");
            return null;
        }
    }

    private static string Tell(CommandOutput output, TakeoverState state, string said)
    {
        var record = state.Takeover!.Record;
        var wanted = TakeoverPhases.Wanted(record.Phase);
        var lacking = state.Participants.Where(one => !one.Is(wanted)).Select(one => one.Lacks(wanted)).ToList();
        var text = $"{record.Phase.ToString().ToLowerInvariant()}{(lacking.Count > 0 ? $", waiting for {string.Join(", ", lacking)}" : "")}";
        if (text != said)
            output.Progress(text);
        return text;
    }

    private static OperatorException Unreachable(IConsulClient client) => new(
        $"{client.Name} does not answer.", "It was asked again and again, without an answer.",
        "Look at the control nodes; the takeover goes on by itself once one of them leads, 'overlaybridge takeover status' shows how.");
}
