using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OverlayBridge.Tests.Terminal;

/// <summary>What only a real process shows: signals and pipes.</summary>
public sealed class ProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_ends_a_waiting_command_with_its_exit_code_and_without_a_stack_trace(string signal, int code)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var process = Start("inspect", $"consul://{silent.LocalEndpoint}");
        // Once it has connected it waits for an answer that never comes.
        using var connection = await silent.AcceptSocketAsync(TestContext.Current.CancellationToken);

        using var kill = Process.Start("kill", ["-s", signal, $"{process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal((code, "Stopped."), (process.ExitCode, error.TrimEnd()));
    }

    [Fact]
    public async Task A_reader_that_goes_away_is_no_error()
    {
        using var process = Start("inspect", TestFiles.Fixture("consul-healthy/kv-recurse.json"), "-o", "json");
        process.StandardOutput.Close();

        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), (process.ExitCode, error));
    }

    [Fact]
    public async Task Output_is_UTF8_without_a_mark()
    {
        using var process = Start("inspect", TestFiles.Fixture("consul-healthy/kv-recurse.json"));
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output, TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal("file:"u8.ToArray(), output.ToArray()[..5]);
    }

    private static Process Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "overlaybridge"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }
}
