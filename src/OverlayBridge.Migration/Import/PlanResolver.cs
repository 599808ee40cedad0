using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Import;

/// <summary>A plan with what it was made from, after the deletion guard had its say.</summary>
internal sealed record ResolvedPlan(StoreImage Wanted, ImportPlan Plan, DeletionVerdict Deletions);

/// <summary>Makes a plan and, when it deletes, asks the source again until two reads in a row agree on every key that goes.</summary>
internal sealed class PlanResolver(IStateSource source, DeletionPolicy policy)
{
    /// <summary>A store in which other keys go at each of so many reads is not quiet enough for any decision.</summary>
    private const int MaxReads = 10;

    /// <param name="knownIndex">Index of the newest change of the source that the target has.</param>
    /// <exception cref="SourceException">The source cannot be read again.</exception>
    public async ValueTask<ResolvedPlan> ResolveAsync(StoreImage read, StoreImage target, ulong knownIndex, CancellationToken token)
    {
        var plan = ImportPlan.Between(read, target);
        var evidence = Evidence(read, target, plan, knownIndex);
        var verdict = DeletionGuard.Judge(evidence, policy);
        for (var reads = 1; verdict.Decision == DeletionDecision.Confirm; reads++)
        {
            if (reads == MaxReads)
                throw new SourceException(
                    $"{source.Name} does not come to rest.",
                    $"At each of {MaxReads} reads other keys had gone, so that no deletion could be confirmed.",
                    "Try again when fewer containers and networks are being removed.");
            var confirmed = await ((ILiveSource)source).ConfirmAsync(token).ConfigureAwait(false);
            var next = ImportPlan.Between(confirmed.Image, target);
            var agreed = next.KeysDeleted.All(plan.KeysDeleted.ToHashSet(StringComparer.Ordinal).Contains);
            (read, plan) = (confirmed.Image, next);
            evidence = Evidence(read, target, plan, knownIndex) with { ConfirmedAt = agreed ? confirmed.StoreIndex : null };
            verdict = DeletionGuard.Judge(evidence, policy);
        }
        return new(read, plan, verdict);
    }

    private DeletionEvidence Evidence(StoreImage read, StoreImage target, ImportPlan plan, ulong knownIndex) =>
        new(target.Entries.Length, read.Entries.Length, plan.KeysDeleted.Length, knownIndex) { CanBeConfirmed = source is ILiveSource };
}
