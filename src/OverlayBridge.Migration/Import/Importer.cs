using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Import;

/// <summary>
/// Makes a cluster equal to a source once: reads both, plans, guards deletions, applies, reads again and compares. Killed
/// at any moment and repeated it completes: the plan is always made from what the cluster really holds.
/// </summary>
/// <param name="source">Any STATE; its prefix is what is compared and changed in the target, nothing outside.</param>
/// <param name="target">The cluster.</param>
public sealed class Importer(IStateSource source, IConsulClient target, DeletionPolicy policy)
{
    private readonly ImportTarget target = new(target, source.Prefix);
    /// <summary>So that a busy source is taken as it was at one read: of keys that still go then, a later import tells.</summary>
    private const int MaxReads = 10;

    private readonly PlanResolver resolver = new(source, policy, MaxReads);

    /// <param name="dryRun">Changes nothing; the report is the same but for its outcome.</param>
    /// <exception cref="SourceException">Source or cluster cannot be read or written, or do not stay as they were.</exception>
    public async Task<ImportReport> RunAsync(bool dryRun, IProgress<TransferProgress>? progress, CancellationToken token)
    {
        var read = await source.ReadAsync(token).ConfigureAwait(false);
        var before = await target.ReadAsync(token).ConfigureAwait(false);
        var (_, wanted, plan, deletions, unconfirmed) = await resolver.ResolveAsync(read, before, ImportTarget.NewestIndex(before), followed: false, token).ConfigureAwait(false);
        ImportBatch.RequireAcceptable(plan, source.Name);
        var report = new ImportReport(before, wanted, plan, deletions, ImportOutcome.Planned, before.Index) { Unconfirmed = unconfirmed };
        if (plan.IsEmpty)
            return report with { Outcome = ImportOutcome.Unchanged };
        if (deletions.Decision == DeletionDecision.Hold)
            return report with { Outcome = ImportOutcome.Held };
        if (dryRun)
            return report;
        var index = await target.ApplyAsync(plan, progress, token).ConfigureAwait(false);
        await VerifyAsync(wanted, token).ConfigureAwait(false);
        return report with { Outcome = ImportOutcome.Applied, Index = index };
    }

    private async ValueTask VerifyAsync(StoreImage wanted, CancellationToken token)
    {
        var after = await target.ReadAsync(token).ConfigureAwait(false);
        var rest = ImportPlan.Between(wanted, after);
        if (rest.Operations.FirstOrDefault() is { } difference)
            throw new SourceException(
                $"{target.Name} does not equal {source.Name} after the import.",
                $"{rest.Operations.Length} operations would still be needed, the first is {Describe(difference)}: something else writes to these keys.",
                "Stop what else writes there, such as a second 'import --follow', and repeat the import.");
    }

    private static string Describe(ImportOperation operation) => operation switch
    {
        ImportOperation.SetKey set => $"to set '{set.Entry.Key}'",
        ImportOperation.DeleteKey delete => $"to delete '{delete.Key}'",
        ImportOperation.SetSession set => $"to set session {set.Session.Id}",
        ImportOperation.DeleteSession delete => $"to delete session {delete.Id}",
        ImportOperation.LiftIndex lift => $"to lift the index to {lift.Index}",
        _ => operation.ToString(),
    };
}
