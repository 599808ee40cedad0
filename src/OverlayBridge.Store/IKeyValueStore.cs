using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store;

/// <summary>The replicated store as its users see it: reads that may wait for news, and commands.</summary>
public interface IKeyValueStore
{
    /// <summary>One key, null when it is absent.</summary>
    /// <exception cref="NoLeaderException">Nobody can answer: no leader within the time limit.</exception>
    Task<Reading<StoreEntry?>> ReadKeyAsync(StoreKey key, ReadOptions options, CancellationToken cancellationToken);

    /// <summary>All keys with the prefix in byte order, read lazily off one consistent state.</summary>
    /// <exception cref="NoLeaderException">Nobody can answer: no leader within the time limit.</exception>
    Task<Reading<IEnumerable<StoreEntry>>> ReadPrefixAsync(
        StoreKey prefix, ReadOptions options, CancellationToken cancellationToken);

    /// <summary>All sessions, in order of their ids.</summary>
    /// <exception cref="NoLeaderException">Nobody can answer: no leader within the time limit.</exception>
    Task<Reading<IEnumerable<StoreSession>>> ReadSessionsAsync(ReadOptions options, CancellationToken cancellationToken);

    /// <summary>
    /// Carries a command out. When this returns, the command is on the disks of a majority and applied here. Cancelling
    /// ends the wait but does not withdraw the command.
    /// </summary>
    /// <exception cref="NoLeaderException">Nothing was done: no leader within the time limit, or another node leads.</exception>
    /// <exception cref="OutcomeUnknownException">The command may have been carried out, or may still be.</exception>
    /// <exception cref="StoreRefusedException">Nothing was done; the message says why (disk full, node stopping).</exception>
    /// <exception cref="StoreModeException">Nothing was done: the store's mode refuses it.</exception>
    Task<TResult> ExecuteAsync<TResult>(StoreCommand<TResult> command, CancellationToken cancellationToken)
        where TResult : CommandResult;

    /// <summary>What a transaction that only reads shows, without an entry in the log.</summary>
    /// <exception cref="ArgumentException">It writes.</exception>
    /// <exception cref="NoLeaderException">Nobody can answer: no leader within the time limit.</exception>
    Task<Reading<TransactionResult>> ReadTransactionAsync(TransactionCommand transaction, ReadOptions options, CancellationToken cancellationToken);

    /// <summary>Begins a session's TTL again; null when there is no such session.</summary>
    /// <exception cref="NoLeaderException">Nothing was done: no leader within the time limit, or another node leads.</exception>
    Task<StoreSession?> RenewSessionAsync(string id, CancellationToken cancellationToken);

    /// <summary>Everything as this node has it, at once: as fresh as a <see cref="ReadConsistency.Stale"/> read.</summary>
    StoreState Current { get; }

    StoreStatus Status { get; }
}
