using System.CommandLine;
using OverlayBridge.Commands.Network;
using OverlayBridge.Migration.Runs;
using OverlayBridge.Overlay.Runs;
using OverlayBridge.Reports.Runs;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Migrate;

/// <summary>What commands share that say something to a run: judged by the run as it is, written by compare-and-set, answered with how it then stands.</summary>
internal sealed class RequestCommand
{
    private const int Attempts = 10;

    private readonly BridgeOption _bridge;

    private RequestCommand(BridgeOption bridge) => _bridge = bridge;

    public static RequestCommand AddTo(Command command) => new(BridgeOption.AddTo(command));

    public static string Operator => $"{Environment.UserName}@{Environment.MachineName}";

    /// <param name="done">What was done, where the run's own note does not say it.</param>
    /// <exception cref="OperatorException">It is refused.</exception>
    public async Task<int> RunAsync(
        ParseResult parse, Func<RunRequests, RunAnswer> request, CancellationToken token, Func<IConsulClient, RunSituation, Task>? before = null, string? done = null)
    {
        using var client = _bridge.Connect(parse);
        var time = CommandOutput.SurroundingsOf(parse).Time;
        var reading = new RunReading(client, time);
        for (var attempt = 1; ; attempt++)
        {
            var now = await reading.RequireAsync(token).ConfigureAwait(false);
            var (record, index) = now.Run;
            var answer = request(new RunRequests(record, now.Plan, now.Content.Journal, now.Content.StageRecords, Operator, time.GetUtcNow()));
            if (answer.Refusal is { } refusal)
                throw new OperatorException(refusal.What, refusal.Why, refusal.Remedy);
            if (before is not null && attempt == 1)
                await before(client, now).ConfigureAwait(false);
            if (answer.Next == record || await new RunRecords(client).MoveAsync(answer.Next!, index, token).ConfigureAwait(false))
                break;
            if (attempt == Attempts)
                throw new OperatorException("The run is changed all the time.", "Somebody else works on it.", "Look at 'overlaybridge migrate status', and repeat the command.");
        }
        var output = CommandOutput.Of(parse);
        if (done is not null)
            output.Progress(done);
        await output.WriteReportAsync(new RunReport(await reading.DocumentAsync(token).ConfigureAwait(false)), token).ConfigureAwait(false);
        return ExitCode.Success;
    }
}
