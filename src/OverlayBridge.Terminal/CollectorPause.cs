using System.Runtime;
using OverlayBridge.Sources;

namespace OverlayBridge.Terminal;

/// <summary>
/// Lets the garbage collector wait while a store is read whole: nearly all that is read then stays until the end, and a collection would only
/// move it about while every core waits. Beyond what the files are likely to need it collects as ever.
/// </summary>
public static class CollectorPause
{
    // Less is not worth the collection that a pause begins with.
    private const long LeastBytes = 8 << 20;

    /// <summary>For each byte of a file: keys, values and all that an audit or a comparison makes of them.</summary>
    public const double Whole = 1.2;

    /// <summary>For each byte of a file: keys and values alone, where so much is made of them later that not to collect would take too much memory.</summary>
    public const double ReadingOnly = 0.8;

    // Of what the process may use: a small machine has better use for its memory.
    private const int MostShare = 4;

    /// <summary>Before these are read; what is no plain file is counted as nothing.</summary>
    /// <param name="perByte"><see cref="Whole"/> or <see cref="ReadingOnly"/>: bytes of memory for one of a file (measured: docs/decisions/014-speed-and-memory.md).</param>
    public static void For(double perByte, params IEnumerable<StateUri> states)
    {
        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
            return;
        // In the background it would find nothing either, and take a core from the work.
        GCSettings.LatencyMode = GCLatencyMode.Batch;
        long bytes = (long)(perByte * states.Sum(SizeOf));
        bytes = Math.Min(bytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MostShare);
        if (bytes < LeastBytes)
            return;
        try
        {
            GC.TryStartNoGCRegion(bytes);
        }
        catch (ArgumentOutOfRangeException)
        {
            // More than the collector can set aside in one piece: it goes on as it was.
        }
    }

    private static long SizeOf(StateUri state) =>
        state.Scheme == StateScheme.File && new FileInfo(state.Path) is { Exists: true } file ? file.Length : 0;
}
