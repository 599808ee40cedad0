using System.Globalization;

namespace OverlayBridge.ClusterTests.Chaos;

/// <summary>Concurrent clients on three nodes that are killed, stand still, and are cut off from each other.</summary>
public sealed class ChaosTests(Machines machines)
{
    /// <summary>Rounds of the long form, as a number.</summary>
    private const string RoundsVariable = "OVERLAYBRIDGE_CHAOS_ROUNDS";

    private const int ShortRounds = 6;
    [Fact]
    public async Task Histories_are_linearizable_and_no_acknowledged_write_is_lost_whatever_befalls_the_nodes()
    {
        var output = TestContext.Current.TestOutputHelper!;
        var rounds = int.Parse(Environment.GetEnvironmentVariable(RoundsVariable) ?? $"{ShortRounds}", CultureInfo.InvariantCulture);
        await using var cluster = await machines.StartClusterAsync(size: 3, "chaos");
        var acknowledged = new List<string>();
        for (var number = 0; number < rounds; number++)
        {
            var round = new ChaosRound(cluster, number, Nemesis.All[number % Nemesis.All.Length]);
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var wrong = await round.RunAsync();
            output.WriteLine(round.Summary);
            Assert.True(wrong is null, $"{round.Summary}\n{wrong}");
            acknowledged.AddRange(round.Acknowledged);
        }
        foreach (var node in cluster.Nodes)
            Assert.Null(await ChaosRound.LostAsync(node, "chaos/", acknowledged));
    }
}
