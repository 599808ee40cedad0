using System.Collections.Immutable;
using System.Net;
using DotNext.Net.Cluster.Consensus.Raft;
using Microsoft.Extensions.Logging;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.History;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;
using OverlayBridge.Store.Watching;

namespace OverlayBridge.Store.Replication;

/// <summary>A node of the store: opened on a data folder, a member of its Raft cluster, closed by disposing it.</summary>
public sealed partial class ReplicatedStore : IClusterNode, IAsyncDisposable
{
    /// <summary>Clocks do not run alike; a tenth is a thousand times what they differ by.</summary>
    private const double LeaseOfTimeLimit = 0.9;

    private readonly Engine _engine;
    private readonly StoreOptions _options;
    private readonly ILogger _logger;
    private readonly LeaderLease _lease;
    private readonly Leadership _leadership;
    private readonly ProposalQueue _queue;
    private readonly FreeSpace _space;
    private readonly LockDelays _delays;
    private readonly SessionExpiry _expiry;
    private readonly TombstoneReaping _reaping;
    private readonly Reads _reads;
    private readonly Membership _membership;
    private readonly Restoring _restoring;
    private readonly CancellationTokenSource _closing = new();
    private readonly SemaphoreSlim _replicating = new(1);
    private readonly LogFailure _failure;
    private Task _work = Task.CompletedTask;

    private ReplicatedStore(Engine engine, LockDelays delays, LogFailure failure, StoreOptions options, TimeProvider time, ILogger logger)
    {
        (_delays, _failure) = (delays, failure);
        (_engine, _options, _logger) = (engine, options, logger);
        _lease = new LeaderLease(LeaseOfTimeLimit * options.ElectionTimeout, time);
        _leadership = new Leadership(engine.Cluster, engine.Log, _lease, options.LeaderWait, time);
        _queue = new ProposalQueue(ReplicateAsync, time);
        _space = new FreeSpace(
            () => new DriveInfo(options.DataFolder).AvailableFreeSpace, options.MinimumFreeBytes, time, logger);
        _membership = new Membership(engine.Cluster, options.RaftAddress, time);
        _restoring = new Restoring(this, () => engine.State.Current.Staged, time, logger);
        _expiry = new SessionExpiry(() => engine.State.Current, () => _leadership.IsHeld, ExecuteAsync, time, logger);
        _reaping = new TombstoneReaping(() => engine.State.Current, () => _leadership.IsHeld, ExecuteAsync, options.TombstoneLife, time, logger);
        _reads = new Reads(() => engine.State.Current, engine.Watchers, _leadership, time);
    }

    /// <summary>
    /// Completes when the log has failed (a full or broken disk, a damaged entry). The node can do nothing but stop: end
    /// the process, a restart recovers what was acknowledged.
    /// </summary>
    public Task<Exception> Failure => _failure.First;

    public StoreState Current => _engine.State.Current;

    /// <summary>The newest term that this node has heard of.</summary>
    internal long Term => _engine.Cluster.Term;

    /// <inheritdoc cref="FlushingLog.OwnTerm"/>
    internal long OwnTerm => _engine.Log.OwnTerm;

    public StoreStatus Status
    {
        get
        {
            var state = _engine.State.Current;
            var leader = _leadership.Leader;
            ImmutableArray<EndPoint> members = [.. _engine.Cluster.Members.Select(member => member.EndPoint)];
            var reason = _failure.First.IsCompleted ? "The log has failed; the process must be restarted"
                : members.IsEmpty ? "This node waits to be added to a cluster"
                : !members.Contains(_options.RaftAddress) ? "This node was removed from its cluster"
                : leader is null ? "No leader is known"
                : _space.Shortage;
            return new StoreStatus(
                _leadership.IsHeld,
                leader,
                _options.RaftAddress,
                members,
                reason is null,
                reason,
                state.Index,
                state.Entries.Count,
                _engine.Watchers.Waiters,
                _engine.Log.LastAppliedIndex,
                _engine.State.SnapshotIndex,
                state.Mode);
        }
    }

    /// <summary>Whether a data folder has never been that of a member.</summary>
    public static bool IsEmpty(string dataFolder) => !File.Exists(Path.Combine(dataFolder, DataFolder.MembersFile));

    /// <summary>Opens the data folder, replays the log, and joins the cluster. Returns before a leader is known.</summary>
    /// <exception cref="StoreStartException">The folder is in use, not writable, damaged, or the Raft address is taken.</exception>
    public static async Task<ReplicatedStore> OpenAsync(
        StoreOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var delays = new LockDelays(time);
        var failure = new LogFailure();
        var engine = await Engine.StartAsync(options, delays, failure, time, loggers, cancellationToken).ConfigureAwait(false);
        var store = new ReplicatedStore(engine, delays, failure, options, time, loggers.CreateLogger<ReplicatedStore>());
        store._space.Measure();
        store._work = Task.WhenAll(
            store._queue.RunAsync(),
            store.InBackgroundAsync(store.SayFailureAsync),
            store.InBackgroundAsync(store._space.RunAsync),
            store.InBackgroundAsync(store._expiry.RunAsync),
            store.InBackgroundAsync(new HistoryLimiting(store, () => store._engine.State.Current.History.Limits, options.History, time, loggers.CreateLogger<HistoryLimiting>()).RunAsync),
            store.InBackgroundAsync(store._restoring.DropLeftoversAsync),
            store.InBackgroundAsync(store._reaping.RunAsync));
        return store;
    }

    public Task<Reading<StoreEntry?>> ReadKeyAsync(StoreKey key, ReadOptions options, CancellationToken cancellationToken) =>
        _reads.ReadAsync(
            WatchScope.OfKey(key),
            state => state.Entries.Find(key) is var entry ? (entry, state.IndexOfKey(entry)) : default,
            options,
            cancellationToken);

    public Task<Reading<IEnumerable<StoreEntry>>> ReadPrefixAsync(
        StoreKey prefix, ReadOptions options, CancellationToken cancellationToken) =>
        _reads.ReadAsync(
            WatchScope.OfPrefix(prefix),
            state => (state.Entries.Under(prefix), state.IndexOfPrefix(prefix)),
            options,
            cancellationToken);

    public Task<Reading<IEnumerable<StoreSession>>> ReadSessionsAsync(
        ReadOptions options, CancellationToken cancellationToken) =>
        _reads.ReadAsync(WatchScope.Sessions, static state => (state.Sessions.Values, state.SessionIndex), options, cancellationToken);

    public async Task<TResult> ExecuteAsync<TResult>(StoreCommand<TResult> command, CancellationToken cancellationToken)
        where TResult : CommandResult
    {
        if (_space.Shortage is { } shortage)
            throw new StoreRefusedException(shortage);
        if (command is LockCommand or TransactionCommand && await RefusalAsync(command, cancellationToken).ConfigureAwait(false) is { } refusal)
            return (TResult)refusal;
        return await _queue.ProposeAsync(command, cancellationToken).ConfigureAwait(false) switch
        {
            ModeRefusal refused => throw new StoreModeException(refused.Reason),
            var result => (TResult)result,
        };
    }

    public Task<Reading<TransactionResult>> ReadTransactionAsync(
        TransactionCommand transaction, ReadOptions options, CancellationToken cancellationToken)
    {
        if (!transaction.Operations.All(static operation => operation.IsRead))
            throw new ArgumentException("The transaction writes.", nameof(transaction));
        var early = Transactions.EarlyErrors(transaction.Operations, _delays.Holds);
        return _reads.ReadOnceAsync(
            state => (early.IsEmpty ? (TransactionResult)StateMachine.Apply(state, transaction).Result : new TransactionResult([], early, state.Index), state.Index),
            options.Consistency,
            cancellationToken);
    }

    public async Task<StoreSession?> RenewSessionAsync(string id, CancellationToken cancellationToken)
    {
        // Only a leader counts the time.
        await _leadership.AcquireAsync(cancellationToken).ConfigureAwait(false);
        var reading = await _reads.ReadOnceAsync(
            state => (state.Sessions.GetValueOrDefault(id), state.SessionIndex), ReadConsistency.Default, cancellationToken).ConfigureAwait(false);
        if (reading.Value is not null)
            _expiry.Renew(id);
        return reading.Value;
    }

    public EndPoint Address => _options.RaftAddress;

    public bool IsLeader => _leadership.IsHeld;

    public Task<EndPoint> LeaderAsync(CancellationToken cancellationToken) => _leadership.LeaderAsync(cancellationToken);

    public ImmutableArray<MemberStatus> Members => _membership.Members;

    public Task AddMemberAsync(EndPoint address, CancellationToken cancellationToken) => _membership.AddAsync(address, cancellationToken);

    public Task RemoveMemberAsync(EndPoint address, CancellationToken cancellationToken) => _membership.RemoveAsync(address, cancellationToken);

    public async Task ResignAsync(Func<CancellationToken, Task> beforehand, CancellationToken cancellationToken)
    {
        // Between two batches: of one that is under way nobody would know the outcome. What waits is for the next leader.
        await _replicating.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await beforehand(cancellationToken).ConfigureAwait(false);
            await _membership.ResignAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _replicating.Release();
        }
    }

    public Task StandBackAsync(TimeSpan time, CancellationToken cancellationToken) => _membership.StandBackAsync(time, cancellationToken);

    public Task<Reading<StoreState>> ReadStateAsync(ReadOptions options, CancellationToken cancellationToken) =>
        _reads.ReadOnceAsync(static state => (state, state.Index), options.Consistency, cancellationToken);

    public async Task<RestoreResult> RestoreAsync(ReadOnlyMemory<byte> snapshot, Origin by, CancellationToken cancellationToken) =>
        await _restoring.RunAsync(snapshot, by, cancellationToken).ConfigureAwait(false);

    public void AskLeaderThrough(ILeaderBarrier barrier) => _leadership.AskLeaderThrough(barrier);

    public Task<long> LeaderBarrierAsync(ReadConsistency consistency, CancellationToken cancellationToken) =>
        _leadership.IndexAsync(consistency, cancellationToken);

    /// <summary>Answers all blocking queries with what there is, and those to come at once: for a graceful stop.</summary>
    public void ReleaseWaiters() => _engine.Watchers.Close();

    public async ValueTask DisposeAsync()
    {
        ReleaseWaiters();
        _queue.Close();
        await _closing.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _membership.DisposeAsync().ConfigureAwait(false);
        await _engine.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
        _replicating.Dispose();
    }

    /// <summary>The leader's verdict on locks that are under delay, which is a matter of time and therefore none of the state machine's.</summary>
    private async Task<CommandResult?> RefusalAsync(StoreCommand command, CancellationToken cancellationToken)
    {
        await _leadership.AcquireAsync(cancellationToken).ConfigureAwait(false);
        var index = _engine.State.Current.Index;
        if (command is LockCommand take)
            return _delays.Holds(take.Key) ? new WriteResult(false, index) : null;
        var errors = Transactions.EarlyErrors(((TransactionCommand)command).Operations, _delays.Holds);
        return errors.IsEmpty ? null : new TransactionResult([], errors, index);
    }

    /// <summary>Puts a batch into the log; when this returns it is on the disks of a majority and applied here.</summary>
    private async Task ReplicateAsync(CommandBatch batch)
    {
        if (_failure.First.IsCompleted)
            throw new StoreRefusedException("The log has failed; this node must be restarted");
        var leadership = await _leadership.AcquireAsync(CancellationToken.None).ConfigureAwait(false);
        await _replicating.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (leadership.IsCancellationRequested)
                throw new NoLeaderException("No cluster leader");
            var begun = _lease.Now;
            await _engine.Cluster.ReplicateAsync(batch.Payload, batch, leadership).ConfigureAwait(false);
            _lease.Confirm(begun, leadership);
            // Now, between the checkpoint and the answer: earlier, a crash would leave a mark without a checkpoint.
            _engine.Folder.MarkStarted();
        }
        catch (Exception e) when (e is DeposedException or NotLeaderException { InnerException: null })
        {
            throw new NoLeaderException("No cluster leader", e);
        }
        catch (Exception e) when (e is NotLeaderException or OperationCanceledException)
        {
            throw new OutcomeUnknownException("The outcome of the write is unknown: the leadership was lost", e);
        }
        catch (Exception e) when (e is not NoLeaderException)
        {
            _failure.Report(e);
            throw new OutcomeUnknownException("The outcome of the write is unknown: the log has failed", e);
        }
        finally
        {
            _replicating.Release();
        }
    }

    private async Task InBackgroundAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The store is being closed.
        }
        catch (Exception e)
        {
            _failure.Report(e);
        }
    }

    private async Task SayFailureAsync(CancellationToken cancellationToken) =>
        LogFailed(_logger, await _failure.First.WaitAsync(cancellationToken).ConfigureAwait(false));

    [LoggerMessage(Level = LogLevel.Critical, Message = "The log has failed")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
