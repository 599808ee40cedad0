using OverlayBridge.Terminal;

namespace OverlayBridge.Tests.Serve;

/// <summary>What <c>serve --roles agent</c> says when it cannot start.</summary>
public sealed class AgentRoleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Data => _folder.File("data");

    public void Dispose() => _folder.Dispose();

    /// <summary>An agent that would start, but for one option.</summary>
    private Task<CommandResult> AgentAsync(string name = "--netns", string value = "/nowhere")
    {
        var options = new Dictionary<string, string>
        {
            ["--data"] = Data,
            ["--store"] = "bridge://127.0.0.1:1",
            ["--vtep"] = "192.0.2.7",
            ["--engine"] = "unix:///nowhere.sock",
            [name] = value,
        };
        return CommandRun.RunAsync(["serve", "--roles", "agent", .. options.SelectMany(o => new[] { o.Key, o.Value })]);
    }

    private static void AssertError(CommandResult run, string what, string remedy)
    {
        Assert.Equal(ExitCode.Error, run.ExitCode);
        var lines = run.Error.TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Equal($"error: {what}", lines[0]);
        Assert.StartsWith("why:   ", lines[1], StringComparison.Ordinal);
        Assert.Contains(remedy, lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--data is missing.", "--data", "--vtep", "192.0.2.7", "--store", "bridge://127.0.0.1:1")]
    [InlineData("--vtep is missing.", "--vtep", "--data", "d", "--store", "bridge://127.0.0.1:1")]
    [InlineData("--store is missing.", "--store", "--data", "d", "--vtep", "192.0.2.7")]
    public async Task A_missing_option_is_one_clear_error(string what, string remedy, params string[] arguments)
    {
        Directory.CreateDirectory(Data);
        arguments = [.. arguments.Select(a => a == "d" ? Data : a)];
        AssertError(await CommandRun.RunAsync(["serve", "--roles", "agent", .. arguments]), what, remedy);
    }

    [Fact]
    public async Task A_host_name_that_cannot_stand_in_a_key_is_one_clear_error() =>
        AssertError(await AgentAsync("--host-name", "a/b"), "'a/b' cannot be the name of a host.", "--host-name");

    [Fact]
    public async Task An_engine_of_another_kind_is_one_clear_error() =>
        AssertError(await AgentAsync("--engine", "ssh://host"), "'ssh://host' names no Docker engine.", "--engine");

    [Fact]
    public async Task A_store_that_is_a_file_is_one_clear_error() =>
        AssertError(await AgentAsync("--store", "file:/tmp/x"), "'file:/tmp/x' is a file.", "bridge://");

    [Theory]
    [InlineData("nonsense")]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    public async Task An_address_that_no_other_host_reaches_is_refused(string vtep)
    {
        var run = await AgentAsync("--vtep", vtep);
        Assert.Equal(ExitCode.Error, run.ExitCode);
        Assert.Contains($"'{vtep}' is no address at which other hosts reach this one.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_in_use_is_one_clear_error()
    {
        Directory.CreateDirectory(Path.Combine(Data, "agent"));
        await using var taken = new FileStream(Path.Combine(Data, "agent", "lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        AssertError(await AgentAsync(), $"The data folder {Path.Combine(Data, "agent")} is in use.", "--data");
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_written_is_one_clear_error() =>
        AssertError(await AgentAsync("--data", "/proc/overlaybridge"), "The data folder /proc/overlaybridge/agent cannot be used.", "--data");

    [Fact]
    public async Task An_agent_without_engine_and_store_starts_waits_and_stops_when_it_is_told()
    {
        using var process = System.Diagnostics.Process.Start(
            Path.Combine(AppContext.BaseDirectory, "overlaybridge"),
            ["serve", "--roles", "agent", "--data", Data, "--store", "bridge://127.0.0.1:1", "--vtep", "192.0.2.7", "--engine", "unix:///nowhere.sock"]);
        while (!File.Exists(Path.Combine(Data, "agent", "lock")) || !Directory.Exists(Path.Combine(Data, "agent", "stitch")))
        {
            Assert.False(process.HasExited);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
        using var kill = System.Diagnostics.Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Success, process.ExitCode);
    }
}
