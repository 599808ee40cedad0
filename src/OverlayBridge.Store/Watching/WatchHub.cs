using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Watching;

/// <summary>
/// Who waits for what. A waiter costs a task that awaits; all waiters of one scope share one signal. A change finds the
/// scopes above it by looking up its key and, of its beginnings, those whose length somebody waits with: nothing is ever
/// searched through, however many wait.
/// </summary>
internal sealed class WatchHub
{
    private readonly Lock _gate = new();
    private readonly Dictionary<WatchScope, Signal> _keys = [];
    private readonly Dictionary<byte[], Signal> _prefixes = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], Signal>.AlternateLookup<ReadOnlySpan<byte>> _prefixLookup;
    private readonly SortedDictionary<int, int> _prefixLengths = [];

    public WatchHub() => _prefixLookup = _prefixes.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Nobody may wait any more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>How many wait.</summary>
    public int Waiters { get; private set; }

    /// <summary>How many different things are waited for.</summary>
    public int Scopes => _keys.Count + _prefixes.Count;

    /// <summary>
    /// Registers a waiter. Register first, then read the state: a change in between completes the wait. Dispose to leave.
    /// </summary>
    public Watch Register(WatchScope scope)
    {
        lock (_gate)
        {
            Waiters++;
            return new Watch(this, scope, scope.Kind == WatchKind.Prefix ? JoinPrefix(scope.Key) : JoinKey(scope));
        }
    }

    /// <summary>Completes the waits of all scopes that a change touches.</summary>
    public void Notify(ReadOnlySpan<Change> changes)
    {
        lock (_gate)
        {
            if (Waiters == 0)
                return;
            foreach (var change in changes)
            {
                if (change is KeyChange key)
                    Notify(key);
                else if (change is SessionsChange)
                    Fire(WatchScope.Sessions, change.OutOfOrder);
                else if (change is WholeStateChange)
                    FireAll();
            }
        }
    }

    /// <summary>Completes every wait, whatever its index: the whole state was replaced.</summary>
    public void NotifyAll()
    {
        lock (_gate)
            FireAll();
    }

    /// <summary>Completes every wait, and each to come at once: the store is about to stop.</summary>
    public void Close()
    {
        lock (_gate)
        {
            IsClosed = true;
            FireAll();
        }
    }

    private void FireAll()
    {
        foreach (var signal in _keys.Values.Concat(_prefixes.Values))
            signal.Fire(answerNow: true);
    }

    private void Notify(KeyChange change)
    {
        Fire(WatchScope.OfKey(change.Key), change.OutOfOrder);
        var key = change.Key.Span;
        foreach (var length in _prefixLengths.Keys)
        {
            if (length > key.Length)
                break;
            if (_prefixLookup.TryGetValue(key[..length], out var signal))
                signal.Fire(change.OutOfOrder);
        }
    }

    private void Fire(WatchScope scope, bool answerNow)
    {
        if (_keys.TryGetValue(scope, out var signal))
            signal.Fire(answerNow);
    }

    private Signal JoinKey(WatchScope scope)
    {
        if (!_keys.TryGetValue(scope, out var signal))
            _keys[scope] = signal = new Signal();
        signal.Waiters++;
        return signal;
    }

    private Signal JoinPrefix(StoreKey prefix)
    {
        if (!_prefixLookup.TryGetValue(prefix.Span, out var signal))
        {
            _prefixes[prefix.Span.ToArray()] = signal = new Signal();
            _prefixLengths[prefix.Length] = _prefixLengths.GetValueOrDefault(prefix.Length) + 1;
        }
        signal.Waiters++;
        return signal;
    }

    private void Leave(WatchScope scope, Signal signal)
    {
        lock (_gate)
        {
            Waiters--;
            if (--signal.Waiters > 0)
                return;
            if (scope.Kind != WatchKind.Prefix)
            {
                _keys.Remove(scope);
                return;
            }
            _prefixLookup.Remove(scope.Key.Span);
            if (--_prefixLengths[scope.Key.Length] == 0)
                _prefixLengths.Remove(scope.Key.Length);
        }
    }

    /// <summary>A registered waiter.</summary>
    internal sealed class Watch(WatchHub hub, WatchScope scope, Signal signal) : IDisposable
    {
        private Task<Pulse> _next = signal.Next;

        /// <summary>Ends at the first change that this watch has not reported yet, or when the time is over.</summary>
        public async Task<WatchEnd> WaitAsync(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
        {
            // The end of the time is no exception: it is how nearly every blocking query ends.
            Task wait = _next.WaitAsync(timeout, time, cancellationToken);
            await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (!_next.IsCompleted)
                return WatchEnd.TimedOut;
            var pulse = await _next.ConfigureAwait(false);
            _next = pulse.Next;
            return pulse.AnswerNow ? WatchEnd.AnswerNow : WatchEnd.Changed;
        }

        public void Dispose() => hub.Leave(scope, signal);
    }

    /// <summary>The chain of changes of one scope: each pulse leads to the next, so that no watch can miss one.</summary>
    internal sealed class Signal
    {
        private TaskCompletionSource<Pulse> _next = NewSource();

        public int Waiters { get; set; }

        public Task<Pulse> Next => _next.Task;

        public void Fire(bool answerNow)
        {
            var fired = _next;
            _next = NewSource();
            fired.SetResult(new Pulse(answerNow, _next.Task));
        }

        private static TaskCompletionSource<Pulse> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    internal sealed record Pulse(bool AnswerNow, Task<Pulse> Next);

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static BytesComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => StoreKey.HashOf(obj);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => StoreKey.HashOf(alternate);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
