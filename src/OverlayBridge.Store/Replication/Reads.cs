using OverlayBridge.Store.State;
using OverlayBridge.Store.Watching;

namespace OverlayBridge.Store.Replication;

/// <summary>Reads of this node's state, as fresh as asked; blocking ones wait for news first.</summary>
internal sealed class Reads(Func<StoreState> current, WatchHub watchers, Leadership leadership, TimeProvider time)
{
    private long _leaderSeen = time.GetTimestamp();

    /// <param name="scope">What news are of.</param>
    /// <param name="read">Gives the value, and the index that tells whether it is news.</param>
    /// <exception cref="NoLeaderException">None within the time limit.</exception>
    public async Task<Reading<T>> ReadAsync<T>(
        WatchScope scope, Func<StoreState, (T Value, ulong Index)> read, ReadOptions options, CancellationToken cancellationToken)
    {
        if (options.AfterIndex == 0)
            return await ReadOnceAsync(read, options.Consistency, cancellationToken).ConfigureAwait(false);

        // Waiting needs no leader: only the answer must be fresh. So a change of leader is nothing to those who wait.
        var start = time.GetTimestamp();
        using var watch = watchers.Register(scope);
        while (!watchers.IsClosed && current() is var state && !state.IsNews(read(state).Index, options.AfterIndex))
        {
            var left = options.Wait - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || await watch.WaitAsync(left, time, cancellationToken).ConfigureAwait(false) != WatchEnd.Changed)
                break;
        }
        return await ReadOnceAsync(read, options.Consistency, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="ReadAsync"/>
    public async Task<Reading<T>> ReadOnceAsync<T>(
        Func<StoreState, (T Value, ulong Index)> read, ReadConsistency consistency, CancellationToken cancellationToken)
    {
        var held = await leadership.BarrierAsync(consistency, cancellationToken).ConfigureAwait(false);
        var (value, index) = read(current());
        if (!leadership.StillHolds(held))
        {
            // The lease ran out while reading: ask a majority instead.
            await leadership.BarrierAsync(ReadConsistency.Consistent, cancellationToken).ConfigureAwait(false);
            (value, index) = read(current());
        }
        var known = leadership.Leader is not null;
        if (known)
            Volatile.Write(ref _leaderSeen, time.GetTimestamp());
        return new Reading<T>(value, index, known, known ? TimeSpan.Zero : time.GetElapsedTime(Volatile.Read(ref _leaderSeen)));
    }
}
