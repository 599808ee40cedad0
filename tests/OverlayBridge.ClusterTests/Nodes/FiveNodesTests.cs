using System.Collections.Concurrent;
using OverlayBridge.ClusterTests.Chaos;
using OverlayBridge.Lab.Processes;
using OverlayBridge.Terminal;

namespace OverlayBridge.ClusterTests.Nodes;

/// <summary>Five nodes bear the loss of two; nodes are restarted one after the other while clients go on.</summary>
public sealed class FiveNodesTests(Machines machines)
{
    private const int Writers = 24;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Five_nodes_go_on_without_two_of_them_the_leader_included_and_stop_without_three()
    {
        await using var cluster = await machines.StartClusterAsync(size: 5, "five");
        var leader = await cluster.LeaderAsync();
        var others = cluster.Nodes.Where(node => node != leader).ToList();
        await Task.WhenAll(leader.KillAsync(), others[0].KillAsync());

        foreach (var node in others.Skip(1))
            await Wait.UntilAsync(async () => (await PutAsync(node, "two-less")).Body == "true", Limit, $"a write on {node.Name}", Cancel);

        await others[1].KillAsync();
        var refused = await Task.WhenAll(others.Skip(2).Select(node => PutAsync(node, "three-less")));
        Assert.All(refused, reply => Assert.NotEqual(Fate.Answered, reply.Fate));
        Assert.All(refused, reply => Assert.Equal(System.Net.HttpStatusCode.InternalServerError, reply.Status));

        await cluster.HealAsync();
        foreach (var node in cluster.Nodes)
            Assert.Equal("x", await node.Client.GetStringAsync("/v1/kv/two-less?raw&consistent", Cancel));
    }

    [Fact]
    public async Task A_rolling_restart_under_load_costs_no_acknowledged_write_and_no_client_of_another_node_an_error()
    {
        await using var cluster = await machines.StartClusterAsync(size: 3, "rolling");
        var acknowledged = new ConcurrentQueue<string>();
        var errors = new ConcurrentQueue<string>();
        var restarting = (ControlNode?)null;
        using (var stop = new CancellationTokenSource())
        {
            var writing = Enumerable.Range(0, Writers).Select(writer => WriteAsync(cluster.Nodes[writer % cluster.Nodes.Count], writer)).ToList();
            foreach (var _ in cluster.Nodes)
                await RestartAsync(await cluster.LeaderAsync());
            foreach (var node in cluster.Nodes)
                await RestartAsync(node);
            await stop.CancelAsync();
            await Task.WhenAll(writing);

            async Task RestartAsync(ControlNode node)
            {
                Volatile.Write(ref restarting, node);
                Assert.Equal(ExitCode.Success, await node.StopAsync());
                await node.StartAsync();
                await cluster.UntilHealthyAsync();
                var before = acknowledged.Count;
                await Wait.UntilAsync(() => acknowledged.Count > before + 20, Limit, "writes in between", Cancel);
            }

            async Task WriteAsync(ControlNode node, int client)
            {
                for (var number = 0; !stop.IsCancellationRequested; number++)
                {
                    var reply = await PutAsync(node, $"rolling/{client}/{number}");
                    if (reply is { Fate: Fate.Answered, Body: "true" })
                        acknowledged.Enqueue($"rolling/{client}/{number}");
                    else if (Volatile.Read(ref restarting) != node)
                        errors.Enqueue($"{node.Name} while {Volatile.Read(ref restarting)?.Name} was restarted: {reply}");
                    await Task.Delay(10, CancellationToken.None);
                }
            }
        }

        foreach (var node in cluster.Nodes)
            Assert.Null(await ChaosRound.LostAsync(node, "rolling/", acknowledged));
        Assert.True(errors.IsEmpty, string.Join('\n', errors));
    }

    private static Task<Reply> PutAsync(ControlNode node, string key) => Reply.ToAsync(node.Client, HttpMethod.Put, $"/v1/kv/{key}", "x");
}
