using System.Collections.Concurrent;
using System.Net;
using OverlayBridge.ClusterTests.Chaos;
using OverlayBridge.Lab.Processes;
using OverlayBridge.Terminal;

namespace OverlayBridge.ClusterTests.Disk;

/// <summary>The disk of a control node fills up, slowly or at once, or fails.</summary>
public sealed class FullDiskTests(Machines machines)
{
    /// <summary>Beyond what a node wants free, room for two chunks of log.</summary>
    private const int Megabytes = 128;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_refuses_writes_before_its_disk_is_full_answers_reads_and_goes_on_when_there_is_room()
    {
        var node = new ControlNode(machines.Nodes[0], machines.UniqueName("nearly-full"));
        await using var disk = await SmallDisk.InMemoryAsync(node.Machine, node.Folder, Megabytes);
        await using var running = node; // ends before its disk does
        await node.StartAsync();
        await PutUntilAsync(node, "a", accepted: true);

        await disk.FillAsync(leaveMegabytes: 40);
        await PutUntilAsync(node, "b", accepted: false);
        using (var refused = await node.Client.PutAsync("/v1/kv/c", new StringContent("x"), Cancel))
        {
            Assert.Equal("refused", refused.Headers.GetValues("X-OverlayBridge-Outcome").Single());
            Assert.Contains("The disk of the data folder is nearly full: ", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }
        Assert.Equal("x", await node.Client.GetStringAsync("/v1/kv/a?raw&consistent", Cancel));
        using (var ready = await node.Client.GetAsync("/health/ready", Cancel))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);

        await disk.EmptyAsync();
        await PutUntilAsync(node, "b", accepted: true);
    }

    [Fact]
    public async Task A_leader_whose_disk_is_full_at_once_ends_the_others_go_on_and_it_comes_back_with_everything() =>
        await FullAtOnceAsync(leads: true);

    [Fact]
    public async Task A_follower_whose_disk_is_full_at_once_ends_the_others_go_on_and_it_comes_back_with_everything() =>
        await FullAtOnceAsync(leads: false);

    [Fact]
    public async Task A_disk_that_can_no_longer_be_written_to_ends_the_node_and_a_start_says_what_is_the_matter()
    {
        var node = new ControlNode(machines.Nodes[0], machines.UniqueName("failing"));
        await using var disk = await SmallDisk.InFileAsync(node.Machine, node.Folder, Megabytes * 2);
        await using var running = node; // ends before its disk does
        await node.StartAsync();
        await PutUntilAsync(node, "a", accepted: true);

        await disk.FailAsync();
        using (var put = await node.Client.PutAsync("/v1/kv/b", new StringContent("x"), Cancel))
            Assert.Equal("unknown", put.Headers.GetValues("X-OverlayBridge-Outcome").Single());
        Assert.Equal(ExitCode.Error, await node.EndAsync());
        Assert.Contains("The store's log has failed and this node cannot go on.", node.Log, StringComparison.Ordinal);

        await node.StartAsync();
        Assert.Equal(ExitCode.Error, await node.EndAsync());
        AssertSaysReadOnly(node);
    }

    [Fact]
    public async Task A_read_only_disk_is_refused_at_the_start_by_that_name_and_serves_as_before_when_it_is_writable()
    {
        var node = new ControlNode(machines.Nodes[0], machines.UniqueName("read-only"));
        await using var disk = await SmallDisk.InMemoryAsync(node.Machine, node.Folder, Megabytes);
        await using var running = node; // ends before its disk does
        await node.StartAsync();
        await PutUntilAsync(node, "a", accepted: true);
        Assert.Equal(ExitCode.Success, await node.StopAsync());

        await disk.MakeReadOnlyAsync();
        await node.StartAsync();
        Assert.Equal(ExitCode.Error, await node.EndAsync());
        AssertSaysReadOnly(node);
    }

    private async Task FullAtOnceAsync(bool leads)
    {
        var disks = new List<SmallDisk>();
        try
        {
            await using var cluster = await machines.StartClusterAsync(size: 3, "full", async node =>
            {
                if (node.Machine == machines.Nodes[0])
                    disks.Add(await SmallDisk.InMemoryAsync(node.Machine, node.Folder, Megabytes));
            });
            var struck = cluster.Nodes[0];
            await cluster.TransferAsync(leads ? struck : cluster.Nodes[1]);
            var acknowledged = new ConcurrentQueue<string>();
            using (var stop = new CancellationTokenSource())
            {
                var writing = cluster.Nodes.Skip(1).Select((node, number) => WriteAsync(node, $"full/{number}/", acknowledged, stop.Token)).ToList();
                await Wait.UntilAsync(() => acknowledged.Count > 5, Limit, "some writes", Cancel);
                await FillUntilItEndsAsync(disks[0], struck);
                Assert.Equal(ExitCode.Error, await struck.EndAsync());
                Assert.Contains("The store's log has failed and this node cannot go on.", struck.Log, StringComparison.Ordinal);
                Assert.Contains("No space left on device", struck.Log, StringComparison.Ordinal);
                var before = acknowledged.Count;
                await Wait.UntilAsync(() => acknowledged.Count > before + 5, Limit, "writes without that node", Cancel);
                await stop.CancelAsync();
                await Task.WhenAll(writing);
            }

            await disks[0].EmptyAsync();
            await cluster.HealAsync();
            foreach (var node in cluster.Nodes)
                Assert.Null(await ChaosRound.LostAsync(node, "full/", acknowledged));
        }
        finally
        {
            foreach (var disk in disks)
                await disk.DisposeAsync();
        }
    }

    /// <summary>A node that looks at its disk in the very moment refuses writes instead: then once more.</summary>
    private static async Task FillUntilItEndsAsync(SmallDisk disk, ControlNode node)
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await disk.FillAsync();
            await Wait.UntilAsync(async () => !node.IsRunning || await SeesShortageAsync(node), Limit, "a node that has noticed", Cancel);
            if (!await SeesShortageAsync(node))
                return;
            await disk.EmptyAsync();
            await Wait.UntilAsync(async () => !await SeesShortageAsync(node), Limit, "a node that has room", Cancel);
        }
    }

    private static async Task<bool> SeesShortageAsync(ControlNode node) =>
        node.IsRunning && await ControlCluster.ViewAsync(node) is { } view && view.GetProperty("Problem").GetString()!.Contains("nearly full", StringComparison.Ordinal);

    /// <summary>Values so large that each needs room.</summary>
    private static async Task WriteAsync(ControlNode node, string prefix, ConcurrentQueue<string> acknowledged, CancellationToken stop)
    {
        var value = new string('x', 20_000);
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var reply = await Reply.ToAsync(node.Client, HttpMethod.Put, $"/v1/kv/{prefix}{number}", value);
            if (reply is { Fate: Fate.Answered, Body: "true" })
                acknowledged.Enqueue($"{prefix}{number}");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    private static async Task PutUntilAsync(ControlNode node, string key, bool accepted) => await Wait.UntilAsync(
        async () => (await Reply.ToAsync(node.Client, HttpMethod.Put, $"/v1/kv/{key}", "x")).Fate == (accepted ? Fate.Answered : Fate.NotDone),
        Limit, accepted ? "a write" : "a refusal", Cancel);

    private static void AssertSaysReadOnly(ControlNode node)
    {
        var said = node.Log[node.Log.LastIndexOf("The data folder", StringComparison.Ordinal)..];
        Assert.Contains($"The data folder {node.Data} cannot be written to.", said, StringComparison.Ordinal);
        Assert.Contains("Its file system is read-only", said, StringComparison.Ordinal);
        Assert.Contains("dmesg", said, StringComparison.Ordinal);
    }
}
