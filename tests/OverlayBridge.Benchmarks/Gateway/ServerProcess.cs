using System.Diagnostics;
using System.Globalization;

namespace OverlayBridge.Benchmarks.Gateway;

/// <summary>A running server, and what the kernel says it costs.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const double TicksPerSecond = 100;

    private readonly Process _process;

    public ServerProcess(string program, IReadOnlyList<string> arguments, string log)
    {
        _process = new Process { StartInfo = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };
        var lines = TextWriter.Synchronized(new StreamWriter(log, append: true) { AutoFlush = true });
        _process.OutputDataReceived += (_, line) => lines.WriteLine(line.Data);
        _process.ErrorDataReceived += (_, line) => lines.WriteLine(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Processor time of all its threads so far, by <c>/proc/PID/stat</c> (utime and stime, in hundredths of a second).</summary>
    public TimeSpan Cpu
    {
        get
        {
            // The name in the second field may hold spaces: fields count from behind its bracket.
            string stat = File.ReadAllText($"/proc/{_process.Id}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond);
        }
    }

    /// <summary>Resident memory, and the share of it that counts when pages of several processes are divided among them; bytes.</summary>
    public (long Rss, long Pss) Memory
    {
        get
        {
            var lines = File.ReadAllLines($"/proc/{_process.Id}/smaps_rollup");
            return (Of("Rss:"), Of("Pss:"));

            long Of(string name) =>
                1024 * (long)Number(lines.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        }
    }

    /// <summary>kill -9; returns when nothing of it runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
