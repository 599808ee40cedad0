using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.History;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Replication;

/// <summary>Puts a snapshot into the log in parts, each small enough for one round, and then has it restored by one entry.</summary>
internal sealed partial class Restoring(IClusterNode node, Func<StagedRestore?> staged, TimeProvider time, ILogger logger)
{
    private const int PartBytes = 512 * 1024;

    /// <summary>Parts that do not become more for so long belong to a restore that came to nothing.</summary>
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromMinutes(1);

    /// <exception cref="NoLeaderException">Nothing was restored.</exception>
    /// <exception cref="OutcomeUnknownException">It may have been restored, or may still be.</exception>
    /// <exception cref="StoreRefusedException">Nothing was restored; the message says why.</exception>
    public async Task<RestoreResult> RunAsync(ReadOnlyMemory<byte> snapshot, Origin by, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid();
        var parts = 0;
        for (; (long)parts * PartBytes < snapshot.Length; parts++)
        {
            var part = snapshot.Slice(parts * PartBytes, Math.Min(PartBytes, snapshot.Length - parts * PartBytes));
            await StageAsync(new StageRestoreCommand(id, parts, ImmutableArray.Create(part.Span)), cancellationToken).ConfigureAwait(false);
        }
        // From here on it may be carried out, whatever becomes of this wait.
        var result = await node.ExecuteAsync(new RestoreCommand(id, parts) { By = by }, cancellationToken).ConfigureAwait(false);
        return result.Fault is null ? result : throw new StoreRefusedException(result.Fault);
    }

    /// <summary>Frees the memory of parts that whoever sent them left behind.</summary>
    public async Task DropLeftoversAsync(CancellationToken cancellationToken)
    {
        StagedRestore? before = null;
        using var timer = new PeriodicTimer(LeftoverAge, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            var now = staged();
            if (node.IsLeader && now is not null && ReferenceEquals(now, before))
                await DropAsync(now.Id, cancellationToken).ConfigureAwait(false);
            before = now;
        }
    }

    private async Task StageAsync(StageRestoreCommand part, CancellationToken cancellationToken)
    {
        try
        {
            var result = await node.ExecuteAsync(part, cancellationToken).ConfigureAwait(false);
            if (!result.Done)
                throw new StoreRefusedException("Another restore came in between; nothing was restored");
        }
        catch (OutcomeUnknownException e)
        {
            // A part changes nothing that anybody sees, whatever its fate.
            throw new NoLeaderException("No cluster leader; nothing was restored", e);
        }
    }

    private async Task DropAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            await node.ExecuteAsync(new DropRestoreCommand(id), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NoLeaderException or OutcomeUnknownException or StoreRefusedException)
        {
            LogPostponed(logger, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Parts of a snapshot that was not restored stay for now: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);
}
