namespace OverlayBridge.Store.Replication;

/// <summary>
/// Before a round that many share: those whom the last one served are about to ask again. The next waits for them, beside those who came meanwhile, so that
/// all share one round; else they split into two halves that wait for each other, and everything is paid for twice. It waits no longer than the last round
/// took, and when few came back it does not wait for some rounds: then they are not clients who ask again.
/// </summary>
/// <param name="most">So many one round takes.</param>
internal sealed class Gathering(int most, TimeProvider time)
{
    private const int MostSkipped = 64;
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(5);

    private readonly Lock _gate = new();
    private TaskCompletionSource? _all;
    private int _waiting;
    private int _expected;
    private int _served;
    private int _misses;
    private int _skip;
    private long _begun;
    private long _ended;

    /// <summary>Somebody is there for the next round.</summary>
    public void Come()
    {
        TaskCompletionSource? all;
        lock (_gate)
        {
            if (++_waiting < _expected)
                return;
            (all, _all) = (_all, null);
        }
        all?.SetResult();
    }

    /// <summary>Returns when all have come who are expected, or need not be waited for any longer.</summary>
    public async ValueTask WaitAsync()
    {
        Task all;
        TimeSpan left;
        int before;
        lock (_gate)
        {
            left = Patience - time.GetElapsedTime(_ended);
            if (_waiting >= _expected || left <= TimeSpan.Zero || _skip-- > 0)
                return;
            before = _expected - _served;
            _all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            all = _all.Task;
        }
        // Timers count in milliseconds.
        await all.WaitAsync(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _all = null;
            _misses = _waiting - before < (_served + 1) / 2 ? _misses + 1 : 0;
            _skip = _misses == 0 ? 0 : Math.Min(1 << Math.Min(_misses, 10), MostSkipped);
        }
    }

    /// <summary>The next round begins, with all who wait but for those that it has no room for.</summary>
    public void Begin(int taken)
    {
        lock (_gate)
        {
            _waiting -= taken;
            (_served, _begun) = (taken, time.GetTimestamp());
        }
    }

    /// <summary>It is over, and its people are being answered.</summary>
    public void End()
    {
        lock (_gate)
        {
            _expected = Math.Min(_waiting + _served, most);
            _ended = time.GetTimestamp();
        }
    }

    private TimeSpan Patience => time.GetElapsedTime(_begun, _ended) is var last && last < Longest ? last : Longest;
}
