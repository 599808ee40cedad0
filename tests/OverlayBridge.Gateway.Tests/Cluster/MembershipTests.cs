using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace OverlayBridge.Gateway.Tests.Cluster;

/// <summary>Nodes come, go, and come back: added, removed, replaced, away for long.</summary>
public sealed class MembershipTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await TestCluster.StartAsync(3, Token);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_new_node_is_added_by_any_node_and_serves_all_there_is()
    {
        await PutAsync(_cluster.Nodes[0], "/v1/kv/k", "before");
        var added = await AddFourthAsync();
        Assert.Equal("before", await added.Client.GetStringAsync("/v1/kv/k?raw", Token));
        await PutAsync(added, "/v1/kv/k", "after");
        Assert.Equal("after", await _cluster.Nodes[0].Client.GetStringAsync("/v1/kv/k?raw", Token));
        foreach (var node in _cluster.Nodes)
        {
            await TestCluster.UntilAsync(async () => (await NamesAsync(node)).SequenceEqual(["n1", "n2", "n3", "n4"]), Token);
            var raft = (await node.Client.GetFromJsonAsync<JsonElement>("/v1/operator/raft/configuration", Token)).GetProperty("Servers").EnumerateArray().ToList();
            Assert.Equal(4, raft.Count);
            Assert.Equal((await _cluster.LeaderAsync(Token)).Name, Assert.Single(raft, server => server.GetProperty("Leader").GetBoolean()).GetProperty("Node").GetString());
        }

        // It is a member for good: a restart finds it so.
        await added.StopAsync();
        await added.StartAsync([], Token);
        await _cluster.WaitUntilKnownAsync(Token);
        await PutAsync(added, "/v1/kv/k", "again");
    }

    [Fact]
    public async Task A_node_that_waits_to_be_added_says_so_and_is_no_cluster_of_its_own()
    {
        var waiting = _cluster.AddNode();
        waiting.Adjust = static options => options with { WaitsToBeAdded = true };
        await waiting.StartAsync([], Token);
        using var ready = await waiting.Client.GetAsync("/health/ready", Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("This node waits to be added to a cluster\n", await ready.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_follower_and_then_the_leader_are_removed_and_the_rest_goes_on()
    {
        await AddFourthAsync();
        var follower = await _cluster.FollowerAsync(Token);
        await RemoveAsync(_cluster.Nodes.First(node => node != follower), follower);
        await follower.StopAsync();

        var leader = await _cluster.LeaderAsync(Token);
        await RemoveAsync(_cluster.Running.First(node => node != leader), leader);
        await leader.StopAsync();
        foreach (var node in _cluster.Running)
        {
            await PutAsync(node, $"/v1/kv/{node.Name}", "x");
            // Each node's own list follows a moment later.
            await TestCluster.UntilAsync(async () => (await node.Client.GetFromJsonAsync<JsonElement>("/v1/status/peers", Token)).GetArrayLength() == 2, Token);
        }
    }

    [Fact]
    public async Task A_removal_that_would_cost_the_majority_is_refused_unless_it_is_forced()
    {
        var leader = await _cluster.LeaderAsync(Token);
        var (dead, alive) = (_cluster.Nodes.First(node => node != leader), _cluster.Nodes.Last(node => node != leader));
        await dead.CutAsync();
        await TestCluster.UntilAsync(() => leader.Store.Members.Any(member => member.IsReachable == false), Token);

        using var refused = await alive.Client.PutAsync($"/v1/overlaybridge/cluster/remove?address={alive.Raft}", null, Token);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains($"{dead.Raft} cannot be reached", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        await PutAsync(alive, "/v1/kv/k", "x");

        // The dead one may go: the two that are left are a majority of two.
        await RemoveAsync(alive, dead);
        using var unknown = await alive.Client.PutAsync($"/v1/overlaybridge/cluster/remove?address={dead.Raft}", null, Token);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        using var forced = await leader.Client.PutAsync($"/v1/overlaybridge/cluster/remove?address={alive.Raft}&force", null, Token);
        Assert.True(forced.StatusCode == HttpStatusCode.OK, await forced.Content.ReadAsStringAsync(Token));
        await PutAsync(leader, "/v1/kv/k", "alone");
        using var only = await leader.Client.PutAsync($"/v1/overlaybridge/cluster/remove?address={leader.Raft}&force", null, Token);
        Assert.Equal(HttpStatusCode.Conflict, only.StatusCode);
    }

    [Fact]
    public async Task A_node_with_an_empty_disk_takes_its_own_place_again()
    {
        await PutAsync(_cluster.Nodes[0], "/v1/kv/k", "kept");
        var lost = await _cluster.FollowerAsync(Token);
        await lost.CutAsync();
        Directory.Delete(lost.Folder, recursive: true);
        var other = _cluster.Running.First();
        await TestCluster.UntilAsync(
            () => _cluster.Running.Any(node => node.Store.Members.Any(member => $"{member.Address}" == $"{lost.Raft}" && member.IsReachable == false)), Token);

        await RemoveAsync(other, lost);
        lost.Adjust = static options => options with { WaitsToBeAdded = true };
        await lost.StartAsync([], Token);
        using var added = await other.Client.PutAsync($"/v1/overlaybridge/cluster/add?address={lost.Raft}&empty", null, Token);
        Assert.True(added.IsSuccessStatusCode, await added.Content.ReadAsStringAsync(Token));
        await _cluster.WaitUntilKnownAsync(Token);
        Assert.Equal("kept", await lost.Client.GetStringAsync("/v1/kv/k?raw&consistent", Token));
    }

    [Fact]
    public async Task The_leadership_goes_to_the_member_that_was_named()
    {
        for (var round = 0; round < 3; round++)
        {
            var leader = await _cluster.LeaderAsync(Token);
            var to = _cluster.Nodes[(Array.IndexOf([.. _cluster.Nodes], leader) + 1) % 3];
            using var answer = await leader.Client.PutAsync($"/v1/overlaybridge/cluster/transfer?to={to.Raft}", null, Token);
            Assert.Equal($$"""{"Leader":"{{to.Raft}}"}""", await answer.Content.ReadAsStringAsync(Token));
            await TestCluster.UntilAsync(() => to.Store.IsLeader, Token);
        }
        using var unknown = await _cluster.Nodes[0].Client.PutAsync("/v1/overlaybridge/cluster/transfer?to=127.0.0.1:1", null, Token);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task All_nodes_restart_one_after_the_other_under_load_and_then_at_once_and_nothing_acknowledged_is_lost()
    {
        var written = new List<string>();
        using var stop = new CancellationTokenSource();
        var writing = WriteAsync(written, stop.Token);
        foreach (var node in _cluster.Nodes)
        {
            await node.StopAsync();
            await node.StartAsync(_cluster.FirstMembers, Token);
            await _cluster.WaitUntilKnownAsync(Token);
        }
        await stop.CancelAsync();
        await writing;

        await Task.WhenAll(_cluster.Nodes.Select(node => node.CutAsync()));
        await Task.WhenAll(_cluster.Nodes.Select(node => node.StartAsync(_cluster.FirstMembers, Token)));
        await _cluster.WaitUntilKnownAsync(Token);
        Assert.NotEmpty(written);
        foreach (var node in _cluster.Nodes)
            Assert.Empty(written.Except((await node.Client.GetFromJsonAsync<List<string>>("/v1/kv/r/?keys", Token))!));
    }

    private async Task<TestNode> AddFourthAsync()
    {
        var added = _cluster.AddNode();
        added.Adjust = static options => options with { WaitsToBeAdded = true };
        await added.StartAsync([], Token);
        using var answer = await (await _cluster.FollowerAsync(Token)).Client.PutAsync($"/v1/overlaybridge/cluster/add?address={added.Raft}", null, Token);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
        await _cluster.WaitUntilKnownAsync(Token);
        return added;
    }

    private static async Task RemoveAsync(TestNode by, TestNode node)
    {
        using var answer = await by.Client.PutAsync($"/v1/overlaybridge/cluster/remove?address={node.Raft}", null, Token);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    private async Task WriteAsync(List<string> written, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            try
            {
                using var answer = await _cluster.Nodes[i % 3].Client.PutAsync($"/v1/kv/r/{i}", new StringContent("x"), CancellationToken.None);
                if (await answer.Content.ReadAsStringAsync(CancellationToken.None) == "true")
                    written.Add($"r/{i}");
            }
            catch (HttpRequestException)
            {
                // This node is away at the moment.
                await Task.Delay(5, CancellationToken.None);
            }
        }
    }

    private static async Task PutAsync(TestNode node, string target, string value)
    {
        using var answer = await node.Client.PutAsync(target, new StringContent(value), Token);
        Assert.Equal("true", await answer.Content.ReadAsStringAsync(Token));
    }

    private static async Task<List<string>> NamesAsync(TestNode node) =>
    [
        .. (await node.Client.GetFromJsonAsync<JsonElement>("/v1/agent/members", Token)).EnumerateArray()
            .Select(member => member.GetProperty("Name").GetString()!).Order(StringComparer.Ordinal),
    ];
}
