using OverlayBridge.Lab;
using OverlayBridge.Lab.Engines;

namespace OverlayBridge.LabTests.Lifecycle;

public class LabLifecycleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task Down_leaves_no_process_namespace_mount_cgroup_or_file()
    {
        var lab = await RunningLab.UpAsync(Small("leaves-nothing"), Cancel);
        await RunOnOverlaysAsync(lab);
        var footprint = LabFootprint.Capture(lab.Name);
        Assert.Superset(new HashSet<string>(["dockerd", "containerd", "consul", "httpd"]), footprint.Programs.ToHashSet());
        Assert.True(footprint.NetworkNamespaces >= 6, "four nodes and two containers"); // the overlays' own are held by no process

        await lab.DisposeAsync();

        Assert.Empty(footprint.Remains());
    }

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task Two_labs_with_the_same_host_names_and_addresses_do_not_see_each_other()
    {
        var first = await RunningLab.UpAsync(Small("first"), Cancel);
        await using var end = Teardowns.Of(first);
        var second = await RunningLab.UpAsync(Small("second"), Cancel);
        await RunOnOverlaysAsync(first);

        Assert.Empty(await second.Host("h1").DockerAsync(["ps", "--quiet"], Cancel));
        Assert.DoesNotContain("shared", await second.Host("h1").DockerAsync(["network", "ls"], Cancel), StringComparison.Ordinal);

        await RunOnOverlaysAsync(second); // the same names, subnets and VNIs
        await second.DisposeAsync();

        var container = Assert.Single(await first.Host("h1").ContainersAsync("overlay=legacy", Cancel));
        Assert.Equal("legacy", await container.AskAsync("legacy", Cancel));
    }

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task A_start_that_is_cancelled_midway_leaves_nothing()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        LabFootprint? footprint = null;
        var options = Small("cancelled");
        var cancelAtConsul = new InlineProgress(message =>
        {
            if (!message.StartsWith("consul ", StringComparison.Ordinal))
                return;
            footprint = LabFootprint.Capture(options.Name);
            cancellation.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunningLab.UpAsync(options, cancellation.Token, cancelAtConsul));

        Assert.Contains("consul", footprint!.Programs);
        Assert.Empty(footprint.Remains());
    }

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task A_lab_that_is_up_is_not_started_again_under_the_same_name()
    {
        var lab = await RunningLab.UpAsync(Small("taken"), Cancel);
        await using var end = Teardowns.Of(lab);

        var error = await Assert.ThrowsAsync<LabException>(() => RunningLab.UpAsync(Small("taken"), Cancel));

        Assert.Contains($"lab {lab.Name} was not started", error.Message, StringComparison.Ordinal);
        Assert.True(lab.Host("h1").Engine.IsRunning);
    }

    [Fact]
    public async Task Down_of_a_lab_that_was_never_up_does_nothing() =>
        Assert.False(await RunningLab.DownAsync("never-up", Cancel));

    internal static LabOptions Small(string name) => new() { Name = $"{name}-{Environment.ProcessId}", Legacy = 1, Swarm = 1 };

    private static async Task RunOnOverlaysAsync(RunningLab lab)
    {
        await RunAsync(lab.Host("h1"), "legacy");
        await RunAsync(lab.Host("h2"), "swarm", "--attachable");
    }

    private static async Task RunAsync(LabHost host, string name, params string[] options)
    {
        await host.DockerAsync(["network", "create", "--driver", "overlay", "--subnet", "10.60.0.0/24", .. options, "shared"], Cancel);
        var container = await host.RunAsync(name, "shared", Cancel, "--label", $"overlay={name}");
        Assert.Equal(name, await container.AskAsync(name, Cancel));
    }

    private sealed class InlineProgress(Action<string> handler) : IProgress<string>
    {
        public void Report(string value) => handler(value);
    }
}
