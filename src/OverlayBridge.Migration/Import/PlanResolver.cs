using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Import;

/// <summary>A plan with what it was made from, after the deletion guard had its say.</summary>
/// <param name="Read">The newest read of the source.</param>
/// <param name="Wanted">What the target holds when the plan is carried out: what was read, and the keys that stay for now.</param>
/// <param name="Unconfirmed">Keys that were missing at the newest read only: they stay until another read confirms that they are gone.</param>
internal sealed record ResolvedPlan(StoreImage Read, StoreImage Wanted, ImportPlan Plan, DeletionVerdict Deletions, int Unconfirmed);

/// <summary>
/// Makes a plan and, when it deletes, asks the source again: a key goes when two reads in a row agree that it is gone.
/// While engines remove one thing after the other two reads seldom agree on all keys; each key is judged on its own.
/// </summary>
/// <param name="maxReads">How often the source is read at most before the keys that went last are left for the next time.</param>
internal sealed class PlanResolver(IStateSource source, DeletionPolicy policy, int maxReads)
{
    /// <param name="knownIndex">Index of the newest change of the source that the target has.</param>
    /// <param name="followed">Whether the target equalled the source at that index, and nothing was missed since.</param>
    /// <exception cref="SourceException">The source cannot be read again.</exception>
    public async ValueTask<ResolvedPlan> ResolveAsync(StoreImage read, StoreImage target, ulong knownIndex, bool followed, CancellationToken token)
    {
        var plan = ImportPlan.Between(read, target);
        var evidence = Evidence(read, target, plan, knownIndex);
        var verdict = DeletionGuard.Judge(evidence, policy);
        if (verdict.Decision != DeletionDecision.Confirm)
            return new(read, read, plan, verdict, 0);
        for (var reads = 2; ; reads++)
        {
            var confirmed = await ((ILiveSource)source).ConfirmAsync(token).ConfigureAwait(false);
            var next = ImportPlan.Between(confirmed.Image, target);
            var unconfirmed = next.KeysDeleted.Except(plan.KeysDeleted, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
            (read, plan) = (confirmed.Image, next);
            if (unconfirmed.Count > 0 && reads < maxReads)
                continue;
            var wanted = WithKept(read, target, unconfirmed);
            plan = unconfirmed.Count == 0 ? plan : ImportPlan.Between(wanted, target);
            evidence = Evidence(read, target, plan, knownIndex) with { ConfirmedAt = confirmed.StoreIndex, Followed = followed };
            return new(read, wanted, plan, DeletionGuard.Judge(evidence, policy), unconfirmed.Count);
        }
    }

    private DeletionEvidence Evidence(StoreImage read, StoreImage target, ImportPlan plan, ulong knownIndex) =>
        new(target.Entries.Length, read.Entries.Length, plan.KeysDeleted.Length, knownIndex)
        {
            CanBeConfirmed = source is ILiveSource,
            Lost = LostKeys.Describe(plan.KeysDeleted),
        };

    private static StoreImage WithKept(StoreImage read, StoreImage target, HashSet<string> kept) => kept.Count == 0
        ? read
        : read with
        {
            Entries = [.. read.Entries.Concat(target.Entries.Where(entry => kept.Contains(entry.Key))).OrderBy(static entry => entry.Key, KeyOrder.Instance)],
        };
}
