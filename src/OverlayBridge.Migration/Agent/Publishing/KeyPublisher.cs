using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Publishing;

/// <summary>
/// Keeps a set of keys in the store as it is wanted, by writing differences only. Knows the latest wish alone: while the
/// store is away nothing piles up, and when it is back what is stored is read again and put right.
/// </summary>
/// <param name="prefix">All keys of the set start so.</param>
/// <param name="owns">Which keys under the prefix belong to the set; others are never touched.</param>
internal sealed class KeyPublisher(
    IConsulClient store, StoreAbsence absence, string prefix, Func<BridgeKey?, bool> owns, TimeSpan recheckInterval, TimeProvider time)
{
    private const int MaxParallelWrites = 16;

    private readonly Wakeup wakeup = new();
    private readonly StoreUse use = absence.Use($"publish under {prefix}");
    private DesiredKeys desired = DesiredKeys.None;
    private bool recheck = true;

    /// <summary>Replaces the wish; it is carried out as soon as the one at work is done.</summary>
    public void Want(DesiredKeys keys)
    {
        Volatile.Write(ref desired, keys);
        wakeup.Wake();
    }

    /// <summary>What is stored may have been changed by somebody else: reads it again.</summary>
    public void Recheck()
    {
        Volatile.Write(ref recheck, true);
        wakeup.Wake();
    }

    public async Task RunAsync(CancellationToken token)
    {
        var stored = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var failed = false;
        while (true)
        {
            if (!failed && !await wakeup.WaitAsync(recheckInterval, time, token))
                Volatile.Write(ref recheck, true);
            try
            {
                if (Interlocked.Exchange(ref recheck, false))
                    stored = await ReadAsync(token);
                await WriteAsync(Volatile.Read(ref desired), stored, token);
                use.Worked();
                failed = false;
            }
            catch (SourceException e)
            {
                failed = true;
                Volatile.Write(ref recheck, true);
                await use.PauseAsync(e, token);
            }
        }
    }

    private async Task<Dictionary<string, ReadOnlyMemory<byte>>> ReadAsync(CancellationToken token)
    {
        var read = await store.ListAsync(prefix, new ReadOptions(Consistency.Consistent), token);
        return read.Value.Where(e => owns(BridgeKeys.TryParse(e.Key)))
            .ToDictionary(static e => e.Key, static e => e.Value.AsMemory(), StringComparer.Ordinal);
    }

    private async Task WriteAsync(DesiredKeys wanted, Dictionary<string, ReadOnlyMemory<byte>> stored, CancellationToken token)
    {
        var (put, delete) = wanted.Against(stored);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxParallelWrites, CancellationToken = token };
        await Parallel.ForEachAsync(put, parallel, async (key, one) => await store.PutAsync(key, wanted.Values[key], default, one));
        await Parallel.ForEachAsync(delete, parallel, async (key, one) => await store.DeleteAsync(key, null, one));
        foreach (var key in put)
            stored[key] = wanted.Values[key];
        foreach (var key in delete)
            stored.Remove(key);
    }
}
