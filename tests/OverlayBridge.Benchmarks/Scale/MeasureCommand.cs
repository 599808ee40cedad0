using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace OverlayBridge.Benchmarks.Scale;

/// <summary>
/// <c>measure PROGRAM ARGUMENTS…</c>: runs one program, its output thrown away, and prints what it cost. A process of its own for each
/// measurement, for the kernel tells the peak memory only as the highest of all children so far.
/// </summary>
internal static partial class MeasureCommand
{
    private const int Children = -1;

    public static Command Create()
    {
        var program = new Argument<string[]>("PROGRAM") { Arity = ArgumentArity.OneOrMore };
        var command = new Command("measure", "Run one program and print: wall ms, CPU ms, peak bytes, exit code") { program };
        command.SetAction(async (parse, token) =>
        {
            Console.WriteLine(await RunAsync(parse.GetValue(program)!, token).ConfigureAwait(false));
            return 0;
        });
        return command;
    }

    /// <summary>Measures in a process of its own.</summary>
    public static async Task<Measurement> InChildAsync(string program, IEnumerable<string> arguments, CancellationToken token)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["measure", "--", program, .. arguments]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(token).ConfigureAwait(false);
        await process.WaitForExitAsync(token).ConfigureAwait(false);
        return process.ExitCode == 0 ? Measurement.Parse(output.Trim()) : throw new InvalidOperationException($"{program} could not be measured.");
    }

    private static async Task<Measurement> RunAsync(string[] command, CancellationToken token)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        long began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, token);
        var errors = process.StandardError.ReadToEndAsync(token);
        await process.WaitForExitAsync(token).ConfigureAwait(false);
        var wall = Stopwatch.GetElapsedTime(began);
        await output.ConfigureAwait(false);
        // 2 is "there are findings" or "something differs".
        if (process.ExitCode is not (0 or 2))
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {await errors.ConfigureAwait(false)}");
        if (GetResourceUsage(Children, out var usage) != 0)
            throw new InvalidOperationException($"getrusage failed: {Marshal.GetLastPInvokeErrorMessage()}");
        return new(wall, usage.User.Span + usage.System.Span, usage.MaxResidentKiB * 1024, process.ExitCode);
    }

    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    private static partial int GetResourceUsage(int who, out ResourceUsage usage);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeValue
    {
        private readonly long _seconds;
        private readonly long _microseconds;

        public TimeSpan Span => TimeSpan.FromSeconds(_seconds) + TimeSpan.FromMicroseconds(_microseconds);
    }

    // struct rusage of 64-bit Linux: what follows the first three fields is not used here.
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    private readonly struct ResourceUsage
    {
        public readonly TimeValue User;
        public readonly TimeValue System;
        public readonly long MaxResidentKiB;
    }
}
