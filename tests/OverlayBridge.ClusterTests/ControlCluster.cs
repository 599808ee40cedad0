using System.Net.Http.Json;
using System.Text.Json;
using OverlayBridge.Lab.Nodes;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests;

namespace OverlayBridge.ClusterTests;

/// <summary>Control nodes of one cluster, each on a machine of its own, and what can be done to them.</summary>
internal sealed class ControlCluster : IAsyncDisposable
{
    private static readonly TimeSpan HealthLimit = TimeSpan.FromSeconds(90);

    /// <summary>Nodes that are not started yet.</summary>
    /// <param name="program">Name of the processes and of their folders, free on all machines.</param>
    public ControlCluster(IEnumerable<LabNode> machines, string program) =>
        Nodes = [.. machines.Select(machine => new ControlNode(machine, program))];

    /// <summary>The first members, in the order of their machines.</summary>
    public IReadOnlyList<ControlNode> Nodes { get; }

    /// <summary>What <c>--bootstrap</c> wants.</summary>
    public string FirstMembers => string.Join(',', Nodes.Select(node => node.Raft));

    /// <summary>As the command line wants it.</summary>
    public string Store => $"bridge://{string.Join(',', Nodes.Select(node => node.Http))}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A new cluster that takes writes on every node.</summary>
    /// <param name="program">Name of the processes and of their folders, free on all machines.</param>
    /// <param name="prepare">What a machine needs before its node is started.</param>
    public static async Task<ControlCluster> StartAsync(IEnumerable<LabNode> machines, string program, Func<ControlNode, Task>? prepare = null)
    {
        var cluster = new ControlCluster(machines, program);
        try
        {
            foreach (var node in cluster.Nodes)
                await (prepare?.Invoke(node) ?? Task.CompletedTask);
            await Task.WhenAll(cluster.Nodes.Select(node => node.StartAsync("--bootstrap", cluster.FirstMembers)));
            await cluster.UntilHealthyAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The node that leads and that all running nodes take for the leader.</summary>
    public async Task<ControlNode> LeaderAsync() => await Wait.ForAsync(
        async () =>
        {
            var leaders = await Task.WhenAll(Nodes.Where(node => node.IsRunning).Select(async node => (await ViewAsync(node))?.GetProperty("Leader").GetString()));
            return leaders.Distinct().ToList() is [{ Length: > 0 } only] ? Nodes.SingleOrDefault(node => node.Raft == only) : null;
        },
        HealthLimit, "a leader that all know", Cancel);

    /// <summary>Makes a node the leader.</summary>
    public async Task TransferAsync(ControlNode to) => await Wait.UntilAsync(
        async () =>
        {
            var leader = await LeaderAsync();
            using var answer = await leader.Client.PutAsync($"/v1/overlaybridge/cluster/transfer?to={to.Raft}", null, Cancel);
            return answer.IsSuccessStatusCode && await LeaderAsync() == to;
        },
        HealthLimit, $"{to.Name} as the leader", Cancel);

    /// <summary>Waits until every node, restarted if need be, takes a write and has what every other has.</summary>
    public Task UntilHealthyAsync() => UntilHealthyAsync(Nodes);

    /// <summary>The same of some of them.</summary>
    public static async Task UntilHealthyAsync(IEnumerable<ControlNode> nodes)
    {
        foreach (var node in nodes)
            await Wait.UntilAsync(() => IsHealthyAsync(node), HealthLimit, $"{node.Name} well", Cancel);
    }

    /// <summary>Lets everything run and everybody reach everybody again.</summary>
    public async Task HealAsync()
    {
        foreach (var node in Nodes)
        {
            await Links.HealAsync(node.Machine, Cancel);
            node.Resume();
        }
        await Task.WhenAll(Nodes.Where(node => !node.IsRunning).Select(node => node.StartAsync()));
        await UntilHealthyAsync();
    }

    public ValueTask DisposeAsync() => Teardowns.EndAsync(async () =>
    {
        foreach (var node in Nodes)
        {
            await Links.HealAsync(node.Machine, CancellationToken.None);
            await node.DisposeAsync();
        }
    });

    /// <summary>How a node sees itself and the cluster; null when it does not answer.</summary>
    public static async Task<JsonElement?> ViewAsync(ControlNode node)
    {
        try
        {
            return await node.Client.GetFromJsonAsync<JsonElement>("/v1/overlaybridge/cluster", Cancel);
        }
        catch (HttpRequestException)
        {
            return null; // it does not listen yet
        }
    }

    private static async Task<bool> IsHealthyAsync(ControlNode node)
    {
        Assert.True(node.IsRunning, $"{node.Name} has ended: {Tail(node.Log)}");
        if (await ViewAsync(node) is not { } view || view.GetProperty("Problem").GetString() != "" || !IsRegistered(view, node))
            return false;
        try
        {
            using var put = await node.Client.PutAsync($"/v1/kv/healthy/{node.Name}", new StringContent("x"), Cancel);
            using var get = await node.Client.GetAsync($"/v1/kv/healthy/{node.Name}?consistent", Cancel);
            return put.IsSuccessStatusCode && get.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>All know where its HTTP is, by a record that it has written itself.</summary>
    private static bool IsRegistered(JsonElement view, ControlNode node) => view.GetProperty("Members").EnumerateArray()
        .Any(member => member.GetProperty("RaftAddress").GetString() == node.Raft && member.GetProperty("HttpAddress").GetString() != "");

    private static string Tail(string log) => log.Length > 4000 ? log[^4000..] : log;
}
