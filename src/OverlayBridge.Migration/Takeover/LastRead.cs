using System.Globalization;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Import;
using OverlayBridge.Overlay.Takeovers;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Takeover;

/// <summary>
/// The last read of the source, under the hold: what is missing is carried over, then everything is compared. The source must answer
/// the same twice in a row, for a write that was on its way when the hold began may still be carried out by it. The second time its keys
/// need not come over the wire again: every write and every deletion gives their prefix a higher index.
/// </summary>
internal sealed class LastRead(ConsulSource source, IConsulClient store)
{
    private static readonly ReadOptions Consistent = new(Consistency.Consistent);

    private readonly Importer importer = new(source, store, new DeletionPolicy());

    /// <summary>The image that was compared; to be flipped with.</summary>
    public StoreImage? Image { get; private set; }

    /// <exception cref="SourceException">Source or store does not answer.</exception>
    public async ValueTask<TakeoverComparison> CompareAsync(CancellationToken token)
    {
        Image = null;
        var import = await importer.RunAsync(dryRun: false, progress: null, token).ConfigureAwait(false);
        if (import.Outcome == ImportOutcome.Held)
            return Result(ComparisonOutcome.Refused, import.Wanted, $"{import.Deletions.Reason}; import first, with --allow-deletes {import.Deletions.SharePercent}, if they are meant to go");
        if (!import.Wanted.SessionsKnown)
            return Result(ComparisonOutcome.Refused, import.Wanted, "the source does not show all sessions that hold keys: the token of the control nodes may not read them");
        var (again, table) = await ConfirmAsync(import.Wanted, token).ConfigureAwait(false);
        if (import.Unconfirmed > 0 || FirstDifference(import.Wanted, again) is { } moved && moved.Length > 0)
            return Result(ComparisonOutcome.Differs, again, $"something still writes to the source: {FirstDifference(import.Wanted, again)}");
        await LiftAsync(table, token).ConfigureAwait(false);
        Image = again;
        return Result(ComparisonOutcome.Equal, again, "");
    }

    /// <summary>
    /// What the source holds now, and the index of its whole table. Read whole only when the index of the prefix is not the same as before:
    /// the same one cannot come back with other keys, for what Consul forgets of deletions it forgets a quarter of an hour later.
    /// </summary>
    private async ValueTask<ConfirmedRead> ConfirmAsync(StoreImage before, CancellationToken token)
    {
        // Cut at the next slash the answer is small, and has the same index.
        var now = await source.Client.KeysAsync(source.Prefix, "/", Consistent, token).ConfigureAwait(false);
        var sessions = await source.Client.SessionsAsync(Consistent, token).ConfigureAwait(false);
        if (now.Index != before.Index || !ConsulSource.SessionsCover(before.Entries, sessions.Value))
            return await source.ConfirmAsync(token).ConfigureAwait(false);
        var root = await source.Client.KeysAsync("", "/", Consistent, token).ConfigureAwait(false);
        return new(before with { Sessions = sessions.Value }, root.Index);
    }

    /// <summary>
    /// Who asked the source for a key that is not there remembers the index of its whole table, and waits with it for news here. An index
    /// that this store has not reached yet would have its next changes pass unseen.
    /// </summary>
    private async ValueTask LiftAsync(ulong index, CancellationToken token)
    {
        foreach (var batch in ImportBatch.Split([new ImportOperation.LiftIndex(index)]))
            await store.ImportAsync(batch.Body, token).ConfigureAwait(false);
    }

    private static TakeoverComparison Result(ComparisonOutcome outcome, StoreImage image, string reason) =>
        new(outcome, image.Index, image.Entries.Length, reason);

    /// <summary>Empty when both are the same, sessions included.</summary>
    private static string FirstDifference(StoreImage one, StoreImage other)
    {
        var plan = ImportPlan.Between(other, one);
        return plan.Operations.FirstOrDefault() switch
        {
            null => "",
            ImportOperation.SetKey { Entry: var entry } => string.Create(CultureInfo.InvariantCulture, $"'{entry.Key}' at index {entry.ModifyIndex}"),
            ImportOperation.DeleteKey { Key: var key } => $"'{key}' is gone",
            ImportOperation.SetSession { Session.Id: var id } => $"session {id}",
            ImportOperation.DeleteSession { Id: var id } => $"session {id} is gone",
            _ => string.Create(CultureInfo.InvariantCulture, $"its index went from {one.Index} to {other.Index}"),
        };
    }
}
