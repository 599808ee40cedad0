namespace OverlayBridge.Gateway.Relay;

/// <summary>
/// Lets requests through to the old store, or holds them, or sends them to this cluster's. It knows of every write that is on its way to the
/// old store, so that it can say when none is.
/// </summary>
public sealed class RelayGate : IDisposable
{
    private readonly Lock _lock = new();
    private readonly RelayOptions _options;
    private readonly RelayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _serving = new();
    private RelayStance _stance = RelayStance.Holding;
    private CancellationTokenSource _era = new();
    private TaskCompletionSource _turned = NewSource();
    private TaskCompletionSource? _quiet;
    private int _writes;
    private int _held;

    /// <summary>Holds until it is told otherwise.</summary>
    public RelayGate(RelayOptions options, RelayMetrics metrics, TimeProvider time) => (_options, _metrics, _time) = (options, metrics, time);

    public RelayStance Stance
    {
        get
        {
            lock (_lock)
                return _stance;
        }
    }

    /// <summary>Requests that wait here.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Ends when this cluster's store answers; there is no way back from that.</summary>
    internal CancellationToken Serving => _serving.Token;

    /// <summary>From now on requests go where <paramref name="next"/> says; those that wait are told, reads that wait for the old store come back.</summary>
    /// <exception cref="InvalidOperationException">It serves already: clients have seen what the old store does not have.</exception>
    public void Turn(RelayStance next)
    {
        CancellationTokenSource ended;
        TaskCompletionSource turned;
        lock (_lock)
        {
            if (_stance == next)
                return;
            if (_stance == RelayStance.Serving)
                throw new InvalidOperationException($"A relay that serves cannot turn to {next}.");
            (_stance, ended, _era) = (next, _era, new CancellationTokenSource());
            (turned, _turned) = (_turned, NewSource());
        }
        turned.SetResult();
        ended.Cancel();
        ended.Dispose();
        if (next == RelayStance.Serving)
            _serving.Cancel();
    }

    /// <summary>Returns when no write is on its way to the old store. To be asked while it holds.</summary>
    public Task QuietAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return _writes == 0 ? Task.CompletedTask : (_quiet ??= NewSource()).Task.WaitAsync(cancellationToken);
    }

    /// <summary>Waits until a request may go somewhere.</summary>
    /// <param name="isWrite">It may change the old store: the pass is to be disposed of when its answer is there.</param>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    internal async ValueTask<RelayPass> EnterAsync(bool isWrite, CancellationToken cancellationToken)
    {
        if (TryEnter(isWrite, out var pass, out var turned))
            return pass;
        if (Interlocked.Increment(ref _held) > _options.MaxHeld)
        {
            Interlocked.Decrement(ref _held);
            _metrics.Refused.Add(1);
            return RelayPass.Refused;
        }
        _metrics.Held.Add(1);
        try
        {
            using var limit = new CancellationTokenSource(_options.HeldFor, _time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            while (true)
            {
                await turned.WaitAsync(both.Token).ConfigureAwait(false);
                if (TryEnter(isWrite, out pass, out turned))
                    return pass;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _metrics.Refused.Add(1);
            return RelayPass.Refused;
        }
        finally
        {
            Interlocked.Decrement(ref _held);
        }
    }

    private bool TryEnter(bool isWrite, out RelayPass pass, out Task turned)
    {
        lock (_lock)
        {
            turned = _turned.Task;
            pass = _stance switch
            {
                RelayStance.Passing => new RelayPass(RelayVerdict.Pass, isWrite ? this : null, _era.Token),
                RelayStance.Serving => RelayPass.Served,
                _ => RelayPass.Refused,
            };
            if (_stance == RelayStance.Passing && isWrite)
                _writes++;
            return _stance != RelayStance.Holding;
        }
    }

    internal void EndWrite()
    {
        TaskCompletionSource? quiet = null;
        lock (_lock)
            if (--_writes == 0)
                (quiet, _quiet) = (_quiet, null);
        quiet?.SetResult();
    }

    public void Dispose()
    {
        _era.Dispose();
        _serving.Dispose();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

internal enum RelayVerdict
{
    Pass,
    Serve,

    /// <summary>It waited for too long, or too many did; nothing was done.</summary>
    Refuse,
}

/// <summary>What became of a request at the gate. To be disposed of when its answer has come from the old store.</summary>
/// <param name="Counted">The gate that counts it as a write; null for a read.</param>
/// <param name="Era">Ends when requests are not passed on any more.</param>
internal sealed record RelayPass(RelayVerdict Verdict, RelayGate? Counted, CancellationToken Era) : IDisposable
{
    public static RelayPass Served { get; } = new(RelayVerdict.Serve, null, default);

    public static RelayPass Refused { get; } = new(RelayVerdict.Refuse, null, default);

    public void Dispose() => Counted?.EndWrite();
}
