using System.Security.Cryptography;
using OverlayBridge.Lab.Processes;
using OverlayBridge.Terminal;

namespace OverlayBridge.ClusterTests.Disk;

/// <summary>What is on the disk is not what was written there.</summary>
public sealed class DamageTests(Machines machines)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_torn_record_behind_the_last_whole_one_is_written_over()
    {
        await using var node = new ControlNode(machines.Nodes[0], machines.UniqueName("torn"));
        await node.StartAsync();
        await PutAsync(node, 0, 50, size: 100);
        await node.KillAsync();

        // A part of a record that a crash left: nobody was told that it is there. The last whole one may end in zeros.
        Write(LogFile(node), LastUsed(LogFile(node)) + 16, RandomNumberGenerator.GetBytes(77));
        await node.StartAsync();
        await AssertHasAsync(node, 50);
        await PutAsync(node, 50, 100, size: 100);
        await node.KillAsync();
        await node.StartAsync();
        await AssertHasAsync(node, 100);
    }

    [Fact]
    public async Task A_flipped_byte_in_the_middle_of_the_log_is_refused_by_name_and_the_node_is_replaced_without_loss()
    {
        await using var cluster = await machines.StartClusterAsync(size: 3, "flipped");
        var node = cluster.Nodes[2];
        await PutAsync(cluster.Nodes[0], 0, 50, size: 1000);
        await cluster.UntilHealthyAsync();
        await node.KillAsync();

        Flip(LogFile(node), LastUsed(LogFile(node)) / 2);
        await node.StartAsync();
        Assert.Equal(ExitCode.Error, await node.EndAsync());
        Assert.Contains($"The log in {node.Data}/log is damaged.", node.Log, StringComparison.Ordinal);
        Assert.Contains("empty the folder", node.Log, StringComparison.Ordinal);

        Directory.Delete(node.Data, recursive: true);
        await node.StartAsync("--join", $"{cluster.Nodes[0].Http},{cluster.Nodes[1].Http}");
        await cluster.UntilHealthyAsync();
        await AssertHasAsync(node, 50);
    }

    [Fact]
    public async Task A_flipped_byte_in_the_middle_of_the_snapshot_is_refused_by_name()
    {
        await using var node = new ControlNode(machines.Nodes[0], machines.UniqueName("snapshot"));
        await node.StartAsync();
        // Beyond the size at which a snapshot is due, and more: so that the log before it is gone.
        await PutAsync(node, 0, 120, size: 500_000);
        await Wait.UntilAsync(() => !File.Exists(LogFile(node)), Limit, "a log that is cut", Cancel);
        await node.KillAsync();

        var snapshot = Directory.GetFiles($"{node.Data}/snapshots", "*-*").MaxBy(file => long.Parse(Path.GetFileName(file).Split('-')[0], null))!;
        Flip(snapshot, new FileInfo(snapshot).Length / 2);
        await node.StartAsync();
        Assert.Equal(ExitCode.Error, await node.EndAsync());
        Assert.Contains($"The snapshot {snapshot} is damaged.", node.Log, StringComparison.Ordinal);
        Assert.Contains("the hash differs", node.Log, StringComparison.Ordinal);
        Assert.True(File.Exists(snapshot), "what is left of it is not touched");

        // The byte as it was: nothing else has changed.
        Flip(snapshot, new FileInfo(snapshot).Length / 2);
        await node.StartAsync();
        await AssertHasAsync(node, 120);
    }

    private static string LogFile(ControlNode node) => $"{node.Data}/log/data/0";

    private static async Task PutAsync(ControlNode node, int from, int to, int size)
    {
        await UntilServingAsync(node);
        for (var number = from; number < to; number++)
            using (var put = await node.Client.PutAsync($"/v1/kv/k/{number}", new StringContent(ValueOf(number, size)), Cancel))
                Assert.Equal("true", await put.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task AssertHasAsync(ControlNode node, int count)
    {
        await UntilServingAsync(node);
        for (var number = 0; number < count; number++)
            Assert.StartsWith($"{number}-", await node.Client.GetStringAsync($"/v1/kv/k/{number}?raw&consistent", Cancel), StringComparison.Ordinal);
    }

    private static Task UntilServingAsync(ControlNode node) => Wait.UntilAsync(
        async () =>
        {
            Assert.True(node.IsRunning, node.Log);
            return await ControlCluster.ViewAsync(node) is { } view && view.GetProperty("Problem").GetString() == "";
        },
        Limit, "a node that serves", Cancel);

    private static string ValueOf(int number, int size) => $"{number}-{new string('x', size)}";

    /// <summary>Offset of the last byte that is not zero: log files have their full length from the start.</summary>
    private static long LastUsed(string file) => File.ReadAllBytes(file).AsSpan().LastIndexOfAnyExcept((byte)0);

    private static void Flip(string file, long at)
    {
        using var stream = new FileStream(file, FileMode.Open);
        stream.Position = at;
        var value = stream.ReadByte();
        stream.Position = at;
        stream.WriteByte((byte)(value ^ 1));
    }

    private static void Write(string file, long at, byte[] bytes)
    {
        using var stream = new FileStream(file, FileMode.Open);
        stream.Position = at;
        stream.Write(bytes);
    }
}
