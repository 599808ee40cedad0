using OverlayBridge.Lab.Processes;
using OverlayBridge.Terminal;

namespace OverlayBridge.ClusterTests.Nodes;

/// <summary>Nodes that come back without what they had.</summary>
public sealed class ReplacementTests(Machines machines)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_whose_folder_was_emptied_does_not_start_with_bootstrap_and_joins_again()
    {
        await using var cluster = await machines.StartClusterAsync(size: 3, "emptied");
        using (await cluster.Nodes[0].Client.PutAsync("/v1/kv/k", new StringContent("kept"), Cancel))
            await cluster.UntilHealthyAsync();
        var lost = cluster.Nodes[2];
        await EmptyAsync(lost);

        await AssertRefusedAsync(cluster, lost);

        await lost.StartAsync("--join", $"{cluster.Nodes[0].Http},{cluster.Nodes[1].Http}");
        await cluster.UntilHealthyAsync();
        Assert.Equal("kept", await lost.Client.GetStringAsync("/v1/kv/k?raw&consistent", Cancel));
    }

    [Fact]
    public async Task Two_of_three_nodes_whose_folders_were_emptied_form_no_second_cluster()
    {
        await using var cluster = await machines.StartClusterAsync(size: 3, "second");
        using (await cluster.Nodes[0].Client.PutAsync("/v1/kv/k", new StringContent("kept"), Cancel))
            await cluster.UntilHealthyAsync();
        foreach (var lost in cluster.Nodes.Skip(1))
            await EmptyAsync(lost);

        foreach (var lost in cluster.Nodes.Skip(1))
            await AssertRefusedAsync(cluster, lost);

        Assert.Equal("kept", await cluster.Nodes[0].Client.GetStringAsync("/v1/kv/k?raw&stale", Cancel));
    }

    [Fact]
    public async Task A_first_member_that_is_started_late_is_one_although_the_others_have_begun()
    {
        await using var cluster = new ControlCluster(machines.Nodes.Take(3), machines.UniqueName("late"));
        foreach (var node in cluster.Nodes.Take(2))
            await node.StartAsync("--bootstrap", cluster.FirstMembers);
        await ControlCluster.UntilHealthyAsync(cluster.Nodes.Take(2));

        await cluster.Nodes[2].StartAsync("--bootstrap", cluster.FirstMembers);
        await cluster.UntilHealthyAsync();
    }

    [Fact]
    public async Task A_node_that_was_away_past_compaction_takes_the_snapshot_and_much_log_over_a_line_too_slow_for_one_request()
    {
        // The third snapshot is due at the 102nd, 28 come after it: 14 MB, 1.4 s of this line, and requests may take 1 s.
        const int Keys = 130;
        const string Line = "80mbit";
        var value = new string('x', 500_000);
        await using var cluster = await machines.StartClusterAsync(size: 3, "away");
        var away = cluster.Nodes[2];
        await away.KillAsync();
        for (var number = 0; number < Keys; number++)
            using (var put = await cluster.Nodes[number % 2].Client.PutAsync($"/v1/kv/k/{number}", new StringContent(value), Cancel))
                Assert.Equal("true", await put.Content.ReadAsStringAsync(Cancel));
        await Wait.UntilAsync(() => cluster.Nodes.Take(2).All(node => !File.Exists($"{node.Data}/log/data/0")), Limit, "logs that are cut", Cancel);

        foreach (var node in cluster.Nodes.Take(2))
            await Links.SlowAsync(node.Machine, Line, Cancel);
        try
        {
            await cluster.HealAsync();
        }
        finally
        {
            foreach (var node in cluster.Nodes.Take(2))
                await Links.FastAsync(node.Machine, CancellationToken.None);
        }
        Assert.NotEmpty(Directory.GetFiles($"{away.Data}/snapshots", "*-*"));
        Assert.Equal(Keys, (await away.Client.GetStringAsync("/v1/kv/k/?keys&consistent", Cancel)).Split(',').Length);
    }

    private static async Task EmptyAsync(ControlNode node)
    {
        await node.KillAsync();
        Directory.Delete(node.Data, recursive: true);
    }

    private static async Task AssertRefusedAsync(ControlCluster cluster, ControlNode lost)
    {
        await lost.StartAsync("--bootstrap", cluster.FirstMembers);
        Assert.Equal(ExitCode.Error, await lost.EndAsync());
        Assert.Contains("This node's data folder is empty, but its cluster has begun already.", lost.Log, StringComparison.Ordinal);
        Assert.Contains($"knows {lost.Raft} from before", lost.Log, StringComparison.Ordinal);
        Assert.False(Directory.Exists(lost.Data), "nothing was begun");
    }
}
