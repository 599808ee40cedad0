using OverlayBridge.Lab;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests.Lifecycle;

/// <summary>The command overlaybridge-lab, in processes of its own.</summary>
public class LabCommandTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task Up_status_exec_and_down_work_from_separate_processes()
    {
        var name = LabName("command");
        try
        {
            var up = await LabAsync("up", "--name", name, "--legacy", "0", "--swarm", "1", "--consul");
            Assert.Contains("172.31.0.1", up.Success(), StringComparison.Ordinal);

            var run = await LabAsync("exec", "--name", name, "h1", "docker", "run", "--rm", "--name", "literal", "lab:1", "echo", "--help", "a  b");
            Assert.Equal("--help a  b", run.Success());
            Assert.Equal(7, (await LabAsync("exec", "--name", name, "kv", "sh", "-c", "exit 7")).ExitCode);

            Assert.Equal(0, (await LabAsync("status", "--name", name)).ExitCode);
            await RunningLab.Attach(name).Host("h1").Engine.KillAsync(Cancel);
            var status = await LabAsync("status", "--name", name);
            Assert.Equal(1, status.ExitCode);
            Assert.Contains("DOWN", Assert.Single(status.Output.Split('\n'), line => line.TrimStart().StartsWith("h1", StringComparison.Ordinal)), StringComparison.Ordinal);
        }
        finally
        {
            (await LabAsync("down", "--name", name)).Success();
        }

        Assert.Equal(1, (await LabAsync("status", "--name", name)).ExitCode);
    }

    [Theory(Timeout = LabTimeout.OwnLab)]
    [InlineData("-TERM")]
    [InlineData("-INT")]
    [InlineData("-KILL")]
    public async Task A_lab_goes_down_by_itself_when_the_process_that_brings_it_up_is_ended(string signal)
    {
        await using var lab = await UnfinishedLab.StartAsync(LabName("ended"), Cancel);

        (await Exec.RunAsync(["kill", signal, $"{lab.Owner}"], Cancel)).Success();

        await Wait.UntilAsync(() => lab.Footprint.Remains().Count == 0, Limit, $"end of lab {lab.Name}", Cancel);
    }

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task Down_cleans_after_a_lab_process_and_its_supervisor_were_killed()
    {
        await using var lab = await UnfinishedLab.StartAsync(LabName("killed"), Cancel);
        await lab.KillWithSupervisorAsync(Cancel);
        Assert.NotEmpty(lab.Footprint.Remains());

        (await LabAsync("down", "--name", lab.Name)).Success();

        Assert.Empty(lab.Footprint.Remains());
    }

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task Up_cleans_after_a_crashed_lab_of_the_same_name()
    {
        var options = LabLifecycleTests.Small("crashed");
        await using var crashed = await UnfinishedLab.StartAsync(options.Name, Cancel);
        await crashed.KillWithSupervisorAsync(Cancel);

        var lab = await RunningLab.UpAsync(options, Cancel);
        await using (Teardowns.Of(lab))
            Assert.All(lab.Hosts, host => Assert.True(host.Engine.IsRunning));

        Assert.Empty(crashed.Footprint.Remains());
    }

    [Theory]
    [InlineData("unknown host", "exec", "h9", "true")]
    [InlineData("no lab", "status")]
    [InlineData("bad name", "down", "--name", "../x")]
    public async Task A_mistake_is_one_error_of_three_lines(string mistake, params string[] arguments)
    {
        var result = await LabAsync(arguments);

        Assert.True(result.ExitCode == 1, mistake);
        Assert.Empty(result.Output);
        Assert.Collection(
            result.Error.TrimEnd().Split('\n'),
            what => Assert.StartsWith("error: ", what, StringComparison.Ordinal),
            why => Assert.StartsWith("  why: ", why, StringComparison.Ordinal),
            remedy => Assert.StartsWith("  do:  ", remedy, StringComparison.Ordinal));
    }

    private static string LabName(string stem) => $"{stem}-{Environment.ProcessId}";

    private static Task<ExecResult> LabAsync(params string[] arguments) =>
        Exec.RunAsync([Installation.LabCommand, .. arguments], Cancel);
}
