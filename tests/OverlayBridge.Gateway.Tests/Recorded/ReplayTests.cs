using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Gateway.Recorded;

/// <summary>What a real Consul 1.8.7 answered, request by request, against the gateway.</summary>
public sealed class ReplayTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_recorded_exchange_up_to_the_first_snapshot_is_answered_as_Consul_did()
    {
        var exchanges = Exchange.ReadAll(TestFiles.Fixture("consul-http/exchanges.txt"));
        await using var gateway = await TestGateway.StartAsync(Token);
        var names = new IndexNames();
        var differences = new List<string>();
        var replayed = 0;
        foreach (var exchange in exchanges.Where(exchange => ReasonToLeave(exchange) is null))
        {
            replayed++;
            await CleanUpAsync(gateway, exchange);
            if (await Replay.DifferenceAsync(gateway, exchange, names, RecordedLeader, secret: null, Token) is { } difference)
                differences.Add($"{exchange}\n  {difference}");
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {replayed} differ:\n{string.Join('\n', differences)}");
        var left = exchanges.Select(ReasonToLeave).OfType<string>().CountBy(reason => reason).OrderBy(pair => pair.Key, StringComparer.Ordinal);
        Assert.Equal(
            [
                new("a session's empty list of service checks is shown as null: there are none here", 1),
                new("agent/self: its description of Consul's own configuration is not ours", 1),
                new("cut in the recording: the request cannot be repeated", 2),
                new("snapshots: Consul's format is not served", 20),
            ],
            left);
    }

    /// <summary>Null: to be replayed. Else why the exchange has to wait.</summary>
    private static string? ReasonToLeave(Exchange exchange) =>
        exchange.Line >= FirstSnapshot ? "snapshots: Consul's format is not served"
        : exchange.Line is 228 or 229 ? "cut in the recording: the request cannot be repeated"
        : exchange.Line == 496 ? "a session's empty list of service checks is shown as null: there are none here"
        : exchange is { Method: "GET", Target: "/v1/agent/self" } ? "agent/self: its description of Consul's own configuration is not ours"
        : null;

    /// <summary>The line where a snapshot is asked for: from there on Consul's own format travels.</summary>
    private const int FirstSnapshot = 793;

    /// <summary>Between its parts the recording removed the keys of the part before, and left that out.</summary>
    private static Task CleanUpAsync(TestGateway gateway, Exchange exchange) => exchange.Line is 392 or 639
        ? gateway.Store.ExecuteAsync(new DeleteTreeCommand(StoreKey.FromText("h3a32cg")), Token)
        : Task.CompletedTask;

    private const string RecordedLeader = "127.0.0.1:29501";
}
