using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace OverlayBridge.Migration.Agent.Tasks;

/// <summary>Runs a configured command of the host to its end.</summary>
internal static class EngineCommands
{
    private const int MaxWords = 500;

    /// <exception cref="StepException">It cannot be run, or ends with another code than 0.</exception>
    public static async Task RunAsync(ImmutableArray<string> command, string why, CancellationToken token)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        using var process = Start(start, why);
        process.StandardInput.Close();
        var words = new StringBuilder();
        // Not waited for: an engine that the command starts may inherit the streams, and keep them open for months.
        var reading = Task.WhenAll(ReadAsync(process.StandardOutput, words), ReadAsync(process.StandardError, words));
        await process.WaitForExitAsync(token);
        if (process.ExitCode == 0)
            return;
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1), token));
        string text;
        lock (words)
            text = words.ToString().Trim();
        throw new StepException(
            $"The command that {why} ('{string.Join(' ', command)}') ended with code {process.ExitCode}{(text.Length > 0 ? $": {text}" : ".")}",
            "Run it by hand to see what is wrong, mend that, and repeat the step; or name another command in the file of --engine-control.");
    }

    private static Process Start(ProcessStartInfo start, string why)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new StepException(
                $"The command that {why} ('{start.FileName}') cannot be run: {e.Message}.", "Name the right command in the file of --engine-control.", e);
        }
    }

    private static async Task ReadAsync(StreamReader reader, StringBuilder words)
    {
        var piece = new char[512];
        try
        {
            while (await reader.ReadAsync(piece) is > 0 and var read)
                lock (words)
                    if (words.Length < MaxWords)
                        words.Append(piece, 0, Math.Min(read, MaxWords - words.Length));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            lock (words)
                words.Append(""); // The command has ended and its streams were closed under the reader.
        }
    }
}
