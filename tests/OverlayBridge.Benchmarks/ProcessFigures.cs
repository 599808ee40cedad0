using System.Globalization;

namespace OverlayBridge.Benchmarks;

/// <summary>What the kernel says that a process of this machine costs.</summary>
internal static class ProcessFigures
{
    private const double TicksPerSecond = 100;

    /// <summary>Processor time of all its threads so far, by <c>/proc/PID/stat</c> (utime and stime, in hundredths of a second).</summary>
    public static TimeSpan Cpu(int pid)
    {
        // The name in the second field may hold spaces: fields count from behind its bracket.
        string stat = File.ReadAllText($"/proc/{pid}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond);
    }

    /// <summary>Resident memory, and the share of it that counts when pages of several processes are divided among them; bytes.</summary>
    public static (long Rss, long Pss) Memory(int pid)
    {
        var lines = File.ReadAllLines($"/proc/{pid}/smaps_rollup");
        return (Of(lines, "Rss:"), Of(lines, "Pss:"));
    }

    /// <summary>Resident memory that no other process has: all but the pages of libraries; bytes.</summary>
    public static long Private(int pid)
    {
        var lines = File.ReadAllLines($"/proc/{pid}/smaps_rollup");
        return Of(lines, "Private_Clean:") + Of(lines, "Private_Dirty:");
    }

    private static long Of(string[] rollup, string name) =>
        1024 * (long)Number(rollup.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
