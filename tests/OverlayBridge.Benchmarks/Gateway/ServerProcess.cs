using System.Diagnostics;

namespace OverlayBridge.Benchmarks.Gateway;

/// <summary>A running server, and what the kernel says it costs.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
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

    /// <summary>Processor time of all its threads so far.</summary>
    public TimeSpan Cpu => ProcessFigures.Cpu(_process.Id);

    /// <summary>Resident memory, and the share of it that counts when pages of several processes are divided among them; bytes.</summary>
    public (long Rss, long Pss) Memory => ProcessFigures.Memory(_process.Id);

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
}
