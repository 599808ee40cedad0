using System.Diagnostics;
using System.Globalization;

namespace OverlayBridge.Benchmarks.Gateway;

/// <summary>Whether a flush to the disk is one: figures of writes mean nothing in memory.</summary>
internal static class DiskCheck
{
    private const int Flushes = 50;
    private const int BlockBytes = 4096;

    /// <exception cref="InvalidOperationException">The folder is in memory.</exception>
    public static void Print(string folder)
    {
        string format = new DriveInfo(folder).DriveFormat;
        if (format is "tmpfs" or "ramfs")
            throw new InvalidOperationException($"{folder} is in memory ({format}), where a flush costs nothing: give a folder on a disk with --folder.");
        string path = Path.Combine(folder, "flush");
        var times = new List<double>();
        using (var file = File.Create(path, 1))
            for (int i = 0; i < Flushes; i++)
            {
                long start = Stopwatch.GetTimestamp();
                file.Write(new byte[BlockBytes]);
                file.Flush(flushToDisk: true);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        File.Delete(path);
        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{folder} ({format}): a write of 4 KiB with fsync takes {times[Flushes / 2]:0.00} ms (median), {times[0]:0.00} to {times[^1]:0.00}"));
    }
}
