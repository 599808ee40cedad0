using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Repairs;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Dumps;

namespace OverlayBridge.Migration.Repairs;

/// <summary>
/// Carries repairs out on a live store. Two reads confirm the faults; then each write is a compare-and-set on what the last
/// read showed. Whenever a key is needed that this run has written already, or somebody else was quicker, everything is
/// read again, engines included, and the rest is planned anew: a fault whose evidence is gone is not touched.
/// </summary>
/// <param name="engines">Asks the engines anew; gives none where none are to be asked.</param>
public sealed class Repairer(
    IWritableSource source, Func<CancellationToken, Task<ImmutableArray<EngineFacts>>> engines, RepairOptions options,
    IProgress<string> progress, TimeProvider time)
{
    /// <summary>Plans, and with <see cref="RepairOptions.Apply"/> carries out.</summary>
    /// <exception cref="RepairException">A host that is said to be gone is not.</exception>
    /// <exception cref="SourceException">The store cannot be read, written or backed up; what was written before stands.</exception>
    public async Task<RepairOutcome> RunAsync(RepairRequest request, CancellationToken token)
    {
        var first = (await source.ConfirmAsync(token).ConfigureAwait(false)).Image;
        if (options.Again > TimeSpan.Zero)
        {
            progress.Report($"Read {source.Name}; reading it again in {options.Again.TotalSeconds:0.#} s, to leave alone what is only a moment of an ordinary operation.");
            await Task.Delay(options.Again, time, token).ConfigureAwait(false);
        }
        var input = await ReadAsync(token).ConfigureAwait(false) with { Again = first };
        if (RepairPlanner.Contradictions(input, request) is [var contradiction, ..])
            throw new RepairException("Nothing is repaired.", contradiction, "Leave that host out of --hosts-gone.");
        var plan = RepairPlanner.Plan(input, request);
        if (!options.Apply || plan.IsEmpty)
            return Outcome(input, plan, null, 0, [.. plan.Steps.Select(step => new StepOutcome(step, StepResult.Planned))]);
        await DumpWriter.WriteAsync(input.Image, options.BackupFile, overwrite: false, time, null, token).ConfigureAwait(false);
        progress.Report($"Wrote the backup {options.BackupFile}: {input.Image.Entries.Length} keys.");
        var run = new RepairRun(source, options, progress, time);
        var done = await run.CarryOutAsync(plan, request, ReadAsync, token).ConfigureAwait(false);
        return Outcome(input, plan, options.BackupFile, run.Conflicts, done);
    }

    // The store before its engines: a container that started since has its endpoint in the answer of its engine.
    private async Task<AuditInput> ReadAsync(CancellationToken token)
    {
        var image = (await source.ConfirmAsync(token).ConfigureAwait(false)).Image;
        return new AuditInput { Image = image, Engines = await engines(token).ConfigureAwait(false), Fences = options.Fences };
    }

    private static RepairOutcome Outcome(AuditInput input, RepairPlan plan, string? backup, int conflicts, ImmutableArray<StepOutcome> steps) =>
        new(input.Image.Source, input.Image.Index, backup is not null, backup, conflicts, steps, plan.Refused, plan.Notes);
}
