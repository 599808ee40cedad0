using System.Diagnostics;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Diff;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Sources;

namespace OverlayBridge.SyntheticStores.Fuzzing;

/// <summary>What a number of inputs did.</summary>
/// <param name="Refused">Inputs that gave the documented error; all others gave a store, an inventory, an audit and a diff.</param>
/// <param name="MostAllocated">Bytes allocated for the input that took most.</param>
public sealed record FuzzResult(int Inputs, int Refused, long MostAllocated, TimeSpan Longest);

/// <summary>Something else than a result or the documented error; <see cref="Exception.Message"/> names the seed.</summary>
public sealed class FuzzException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Gives inputs to everything that reads what comes from outside, and bears nothing but a result or the one documented error.</summary>
public sealed class Fuzzer(FuzzInputs inputs, StoreImage healthy, string folder)
{
    /// <summary>For inputs of at most some hundred KB.</summary>
    private const long MostAllocated = 1L << 30;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(60);

    /// <summary>Tries the inputs of these seeds, one after the other, until one of the two ends: the seeds or the time.</summary>
    /// <exception cref="FuzzException">An input was borne badly.</exception>
    public async Task<FuzzResult> RunAsync(IEnumerable<int> seeds, TimeSpan time, CancellationToken token)
    {
        var result = new FuzzResult(0, 0, 0, TimeSpan.Zero);
        long began = Stopwatch.GetTimestamp();
        foreach (int seed in seeds)
        {
            if (Stopwatch.GetElapsedTime(began) > time)
                break;
            token.ThrowIfCancellationRequested();
            string file = Path.Combine(folder, "input");
            await File.WriteAllBytesAsync(file, inputs.Make(seed), token).ConfigureAwait(false);
            long at = Stopwatch.GetTimestamp(), allocated = GC.GetTotalAllocatedBytes();
            bool refused = await RefusedAsync(seed, file, token).ConfigureAwait(false);
            var (took, bytes) = (Stopwatch.GetElapsedTime(at), GC.GetTotalAllocatedBytes() - allocated);
            if (bytes > MostAllocated)
                throw new FuzzException($"Seed {seed} allocates {bytes} bytes.");
            result = new(result.Inputs + 1, result.Refused + (refused ? 1 : 0), Math.Max(result.MostAllocated, bytes), took > result.Longest ? took : result.Longest);
        }
        return result;
    }

    private async Task<bool> RefusedAsync(int seed, string file, CancellationToken token)
    {
        try
        {
            return await Task.Run(() => TryAsync(file, token), token).WaitAsync(MostTime, token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new FuzzException($"Seed {seed} gives {e.GetType().Name}: {e.Message}", e);
        }
    }

    private async Task<bool> TryAsync(string file, CancellationToken token)
    {
        StoreImage image;
        try
        {
            using var source = SourceFactory.Open(StateUri.Parse("file:" + file));
            image = await source.ReadAsync(token).ConfigureAwait(false);
        }
        catch (SourceException)
        {
            return true;
        }
        Inventory.From(image);
        Auditor.Audit(new AuditInput { Image = image });
        StateDiff.Between(healthy, image);
        StateDiff.Between(image, healthy);
        return false;
    }
}
