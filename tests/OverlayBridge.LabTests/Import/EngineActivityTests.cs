using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests.EndToEnd;

namespace OverlayBridge.LabTests.Import;

/// <summary>The command import --follow beside real engines that are busy.</summary>
public sealed class EngineActivityTests(LabFixture fixture) : IAsyncDisposable
{
    /// <summary>Fewer commands in ten seconds would prove little.</summary>
    private const int FewestCommands = 10;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly BridgeLab _bridge = new(fixture.Lab, "activity");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _bridge.DisposeAsync();

    [Fact(Timeout = LabTimeout.Test)]
    public async Task After_ten_seconds_of_random_engine_activity_and_after_removing_everything_at_once_the_difference_is_empty()
    {
        var hosts = fixture.Lab.LegacyHosts;
        await using var network = await TestNetwork.CreateAsync(fixture, hosts[0]);
        await _bridge.StartControlAsync();
        await _bridge.StartFollowAsync();
        await DiffBecomesEmptyAsync();

        EngineActivity[] activities = [.. hosts.Select((host, number) => new EngineActivity(fixture, host, network.Name, seed: number))];
        await Task.WhenAll(activities.Select(activity => activity.RunAsync(TimeSpan.FromSeconds(10), Cancel)));
        await DiffBecomesEmptyAsync();

        await Task.WhenAll(activities.Select(activity => activity.RemoveAllAsync(Cancel)));
        await DiffBecomesEmptyAsync();

        foreach (var refusal in activities.SelectMany(activity => activity.Refusals))
            TestContext.Current.TestOutputHelper!.WriteLine(refusal);
        TestContext.Current.TestOutputHelper!.WriteLine($"{activities.Sum(activity => activity.Done)} commands of engines");
        Assert.True(activities.Sum(activity => activity.Done) >= FewestCommands, "the engines did next to nothing");
    }

    private Task DiffBecomesEmptyAsync() => Wait.UntilAsync(
        async () => (await BridgeLab.RunAsync(fixture.Lab.Kv, "diff", fixture.Lab.Consul!.State, _bridge.Bridge, "--keys")).ExitCode == 0,
        Limit, "an empty diff between Consul and the cluster", Cancel);
}
