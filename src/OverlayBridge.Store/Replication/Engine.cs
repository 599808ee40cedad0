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
internal sealed class Engine : IAsyncDisposable
{
    /// <summary>For a state of up to about 20 MB as it travels; a larger one needs more time for one request.</summary>
    private const int LowerElectionTimeout = 1000;
    private const int UpperElectionTimeout = 2000;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromMilliseconds(200);

    private readonly Stack<IAsyncDisposable> _parts = [];

    private Engine(DataFolder folder) => Folder = folder;

    public DataFolder Folder { get; }

    public WatchHub Watchers { get; } = new();

    public ReplicatedState State { get; private set; } = null!;

    public WriteAheadLog Log { get; private set; } = null!;

    public RaftCluster Cluster { get; private set; } = null!;

    /// <exception cref="StoreStartException">With three lines for the operator.</exception>
    public static async Task<Engine> StartAsync(
        StoreOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var engine = new Engine(DataFolder.Open(options.DataFolder));
        try
        {
            engine.Folder.RefuseVanishedLog();
            new SnapshotFolder(engine.Folder, loggers.CreateLogger<SnapshotFolder>()).Prepare();
            await engine.OpenLogAsync(options, cancellationToken).ConfigureAwait(false);
            await engine.JoinAsync(options, loggers, cancellationToken).ConfigureAwait(false);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
            await part.DisposeAsync().ConfigureAwait(false);
        Folder.Dispose();
    }

    private async Task OpenLogAsync(StoreOptions options, CancellationToken cancellationToken)
    {
        try
        {
            State = Own(new ReplicatedState(new DirectoryInfo(Folder.Snapshots), options.SnapshotAfterBytes, Watchers));
            await State.RestoreAsync(cancellationToken).ConfigureAwait(false);
            Log = Own(new FlushingLog(LogOptions(options), State));
            await Log.InitializeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw Damaged(e);
        }
    }

    private static WriteAheadLog.Options LogOptions(StoreOptions options) => new()
    {
        Location = Path.Combine(options.DataFolder, "log"),
        ChunkSize = options.LogChunkBytes,
        HashAlgorithm = WriteAheadLog.IntegrityHashAlgorithm.XxHash3,
        MemoryManagement = WriteAheadLog.MemoryManagementStrategy.PrivateMemory,
    };

    private async Task JoinAsync(StoreOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var members = await MemberList.OpenAsync(Folder.Members, options, cancellationToken).ConfigureAwait(false);
        Cluster = Own(new RaftCluster(new RaftCluster.TcpConfiguration(options.RaftAddress)
        {
            ConfigurationStorage = members,
            ColdStart = false,
            LowerElectionTimeout = LowerElectionTimeout,
            UpperElectionTimeout = UpperElectionTimeout,
            HeartbeatThreshold = 0.3,
            RequestTimeout = RequestTimeout,
            ConnectTimeout = ConnectTimeout,
            IsLeaderLeaseEnabled = true,
            LoggerFactory = loggers,
        })
        {
            AuditTrail = Log,
        });
        try
        {
            await Cluster.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new StoreStartException(
                $"The Raft address {options.RaftAddress} cannot be listened on.",
                e.Message,
                "Stop what listens there, or give another address with --raft.",
                e);
        }
        _parts.Push(new Stopping(Cluster));
    }

    private StoreStartException Damaged(Exception e)
    {
        var cause = e is WriteAheadLog.InternalException or DotNext.Threading.PendingTaskInterruptedException
            ? e.InnerException ?? e
            : e;
        return new StoreStartException(
            $"The log in {Folder.Log} is damaged.",
            cause is DamagedDataException or IntegrityException ? cause.Message : $"{cause.GetType().Name}: {cause.Message}",
            "Restore the data folder from a backup; in a cluster remove this node, empty the folder, and add it again.",
            e);
    }

    private T Own<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }

    private sealed class Stopping(RaftCluster cluster) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await cluster.StopAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
