using System.Net.Sockets;
using DotNext.IO.Log;
using DotNext.Net.Cluster.Consensus.Raft;
using DotNext.Net.Cluster.Consensus.Raft.StateMachine;
using Microsoft.Extensions.Logging;
using OverlayBridge.Store.Records;
using OverlayBridge.Store.Watching;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// The Raft engine with everything it stands on, started and stopped in the one order that works: folder, state from the
/// newest snapshot, log, members, cluster.
/// </summary>
internal sealed partial class Engine : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromMilliseconds(200);

    /// <summary>Between two rounds of the leader, in parts of <see cref="StoreOptions.ElectionTimeout"/>.</summary>
    private const double Heartbeat = 0.3;

    /// <summary>There is a reserve in the budget; beyond this much of it a restart is due.</summary>
    private const double GrowthBorne = 1.5;

    private readonly Parts _parts;

    private Engine(Parts parts, DataFolder folder, WatchHub watchers, ReplicatedState state, FlushingLog log, RaftCluster cluster)
    {
        _parts = parts;
        (Folder, Watchers, State, Log, Cluster) = (folder, watchers, state, log, cluster);
    }

    public DataFolder Folder { get; }

    public WatchHub Watchers { get; }

    public ReplicatedState State { get; }

    public FlushingLog Log { get; }

    public RaftCluster Cluster { get; }

    /// <exception cref="StoreStartException">With three lines for the operator.</exception>
    public static async Task<Engine> StartAsync(
        StoreOptions options, LockDelays delays, LogFailure failure, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var parts = new Parts();
        try
        {
            var folder = parts.Own(DataFolder.Open(options.DataFolder));
            var silent = time.GetTimestamp();
            folder.RefuseVanishedLog();
            var snapshots = new SnapshotFolder(folder, loggers.CreateLogger<SnapshotFolder>());
            snapshots.Prepare();
            options = options with { RequestTimeout = options.RequestTimeout ?? Budget(snapshots.NewestBytes, options) };
            var watchers = new WatchHub();
            var state = parts.Own(new ReplicatedState(
                new DirectoryInfo(folder.Snapshots), options.SnapshotAfterBytes, watchers, delays, failure, bytes => WarnOfGrowth(bytes, options, loggers)));
            var log = await OpenLogAsync(parts, folder, state, failure, options, cancellationToken).ConfigureAwait(false);
            var members = parts.Own(
                await MemberList.OpenAsync(folder.Members, options, cancellationToken).ConfigureAwait(false));
            if (members.KnewOthers)
                await SitOutAsync(options.ElectionTimeout - time.GetElapsedTime(silent), time, cancellationToken).ConfigureAwait(false);
            var cluster = await JoinAsync(parts, members, log, options, loggers, cancellationToken).ConfigureAwait(false);
            return new Engine(parts, folder, watchers, state, log, cluster);
        }
        catch
        {
            await parts.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask DisposeAsync() => _parts.DisposeAsync();

    private static TimeSpan Budget(long snapshotBytes, StoreOptions options) =>
        TransferBudget.For(snapshotBytes, FlushingLog.MaxRequestBytes, options.LeastRequestTimeout);

    /// <summary>
    /// The engine does not remember over a restart when it last heard a leader, and would vote for another at once, while that one still relies on its lease.
    /// </summary>
    private static Task SitOutAsync(TimeSpan left, TimeProvider time, CancellationToken cancellationToken) =>
        left > TimeSpan.Zero ? Task.Delay(left, time, cancellationToken) : Task.CompletedTask;

    /// <summary>The engine's time limits are fixed for the life of the process.</summary>
    private static void WarnOfGrowth(long snapshotBytes, StoreOptions options, ILoggerFactory loggers)
    {
        var needed = Budget(snapshotBytes, options);
        if (needed > GrowthBorne * options.RequestTimeout!.Value)
            LogGrown(loggers.CreateLogger<Engine>(), snapshotBytes >> 20, options.RequestTimeout.Value.TotalSeconds, needed.TotalSeconds);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The state has grown to {MiB} MiB packed; {Seconds:0.#} s for one transfer may be too short for a node that was away, {Needed:0.#} s are needed. Restart the control nodes one after the other: the limit follows the state at the start")]
    private static partial void LogGrown(ILogger logger, long miB, double seconds, double needed);

    private static async Task<FlushingLog> OpenLogAsync(
        Parts parts, DataFolder folder, ReplicatedState state, LogFailure failure, StoreOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await state.RestoreAsync(cancellationToken).ConfigureAwait(false);
            var log = parts.Own(new FlushingLog(LogOptions(folder, options), new OverlappedSnapshots(state), failure));
            await log.InitializeAsync(cancellationToken).ConfigureAwait(false);
            return log;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw Damaged(folder, e);
        }
    }

    private static WriteAheadLog.Options LogOptions(DataFolder folder, StoreOptions options) => new()
    {
        Location = folder.Log,
        ChunkSize = options.LogChunkBytes,
        HashAlgorithm = WriteAheadLog.IntegrityHashAlgorithm.XxHash3,
        MemoryManagement = WriteAheadLog.MemoryManagementStrategy.PrivateMemory,
    };

    private static async Task<RaftCluster> JoinAsync(
        Parts parts, MemberList members, WriteAheadLog log, StoreOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var limits = ElectionLimits.For(options.RaftAddress, members.AtStart, options.ElectionTimeout);
        var cluster = parts.Own(new RaftCluster(new RaftCluster.TcpConfiguration(options.RaftAddress)
        {
            ConfigurationStorage = members,
            ColdStart = false,
            LowerElectionTimeout = (int)limits.Lower.TotalMilliseconds,
            UpperElectionTimeout = (int)limits.Upper.TotalMilliseconds,
            HeartbeatThreshold = Heartbeat * options.ElectionTimeout / limits.Lower, // a part of the lower limit
            RequestTimeout = options.RequestTimeout!.Value,
            ConnectTimeout = ConnectTimeout,
            LoggerFactory = loggers,
            SslOptions = options.Certificates is { } certificates ? new RaftTls(certificates) : null,
        })
        {
            AuditTrail = log,
        });
        try
        {
            await cluster.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new StoreStartException(
                $"The Raft address {options.RaftAddress} cannot be listened on.",
                e.Message,
                "Stop what listens there, or give another address with --raft.",
                e);
        }
        parts.OnDispose(() => cluster.StopAsync(CancellationToken.None));
        parts.Own(new FirstEntry(cluster));
        return cluster;
    }

    private static StoreStartException Damaged(DataFolder folder, Exception e)
    {
        var cause = e is WriteAheadLog.InternalException or DotNext.Threading.PendingTaskInterruptedException
            ? e.InnerException ?? e
            : e;
        return new StoreStartException(
            $"The log in {folder.Log} is damaged.",
            cause is DamagedDataException or IntegrityException ? cause.Message : $"{cause.GetType().Name}: {cause.Message}",
            "Restore the data folder from a backup; in a cluster remove this node, empty the folder, and add it again.",
            e);
    }

    /// <summary>What was opened, to be closed in the reverse order.</summary>
    private sealed class Parts : IAsyncDisposable
    {
        private readonly Stack<Func<ValueTask>> _close = [];

        public T Own<T>(T part)
        {
            _close.Push(part switch
            {
                IAsyncDisposable asynchronous => asynchronous.DisposeAsync,
                IDisposable disposable => () =>
                {
                    disposable.Dispose();
                    return ValueTask.CompletedTask;
                },
                _ => throw new ArgumentException("Nothing to dispose.", nameof(part)),
            });
            return part;
        }

        public void OnDispose(Func<Task> close) => _close.Push(() => new ValueTask(close()));

        public async ValueTask DisposeAsync()
        {
            while (_close.TryPop(out var close))
                await close().ConfigureAwait(false);
        }
    }
}
