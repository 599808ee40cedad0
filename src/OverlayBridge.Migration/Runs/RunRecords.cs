using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Takeover;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Runs;

/// <summary>Reads and writes what the store holds of runs.</summary>
public sealed class RunRecords(IConsulClient client)
{
    private static readonly ReadOptions Consistent = new(Consistency.Consistent);

    /// <summary>The run; null when there never was one.</summary>
    /// <exception cref="SourceException">Here and in all reads: the store does not answer, or holds a record that cannot be read.</exception>
    public async ValueTask<Stored<RunRecord>?> RunAsync(CancellationToken token)
    {
        var (entry, _) = await client.GetAsync(BridgeKeys.Migration, Consistent, token).ConfigureAwait(false);
        return entry is null ? null : new(Decode<RunRecord>(entry), entry.ModifyIndex);
    }

    /// <summary>Everything that belongs to a run.</summary>
    public async ValueTask<RunContent> ContentAsync(string run, CancellationToken token)
    {
        var (steps, stages) = (ImmutableDictionary.CreateBuilder<string, Stored<StepRecord>>(), ImmutableDictionary.CreateBuilder<string, Stored<StageRecord>>());
        var content = RunContent.None;
        foreach (var entry in (await client.ListAsync(BridgeKeys.OfRun(run), Consistent, token).ConfigureAwait(false)).Value)
        {
            switch (BridgeKeys.TryParse(entry.Key))
            {
                case BridgeKey.RunStep key:
                    steps[key.Step] = new(Decode<StepRecord>(entry), entry.ModifyIndex);
                    break;
                case BridgeKey.RunStage key:
                    stages[key.Stage] = new(Decode<StageRecord>(entry), entry.ModifyIndex);
                    break;
                case BridgeKey.RunProgress:
                    content = content with { Progress = Decode<RunProgress>(entry) };
                    break;
                case BridgeKey.RunEvents:
                    content = content with { Events = Decode<RunEvents>(entry) };
                    break;
                case BridgeKey.RunWebhooks:
                    content = content with { Webhooks = Decode<RunWebhooks>(entry) };
                    break;
                case BridgeKey.RunPlan:
                    content = content with { Chunks = content.Chunks.Add(entry.Value.AsMemory()) };
                    break;
            }
        }
        return content with { Steps = steps.ToImmutable(), Stages = stages.ToImmutable() };
    }

    /// <summary>The plan of a run, read by itself.</summary>
    public async ValueTask<MigrationPlan> PlanAsync(RunRecord run, CancellationToken token)
    {
        var chunks = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        // One that is missing shows in the digest.
        for (var chunk = 0; chunk < Math.Min(run.Chunks, StoredPlan.MaxChunks); chunk++)
            if ((await client.GetAsync(BridgeKeys.RunPlan(run.Id, chunk), Consistent, token).ConfigureAwait(false)).Value is { } entry)
                chunks.Add(entry.Value.AsMemory());
        return PlanOf(run, RunContent.None with { Chunks = chunks.ToImmutable() });
    }

    /// <summary>The journal's entry of a step; null where it was never begun.</summary>
    public async ValueTask<StepRecord?> StepAsync(string run, string step, CancellationToken token) =>
        (await client.GetAsync(BridgeKeys.RunStep(run, step), Consistent, token).ConfigureAwait(false)).Value is { } entry ? Decode<StepRecord>(entry) : null;

    /// <summary>The plan of a run.</summary>
    public static MigrationPlan PlanOf(RunRecord run, RunContent content)
    {
        try
        {
            return StoredPlan.Read(BridgeKeys.Migration, run.Digest, content.Chunks);
        }
        catch (BridgeRecordException e)
        {
            throw Unreadable(BridgeKeys.RunPlan(run.Id, 0), e);
        }
    }

    /// <returns>False when somebody else changed the record since it was read.</returns>
    /// <param name="index">0 when there is none yet.</param>
    public ValueTask<bool> MoveAsync(RunRecord next, ulong index, CancellationToken token) =>
        client.PutAsync(BridgeKeys.Migration, BridgeRecords.Encode(next), new WriteOptions(index), token);

    /// <summary>
    /// Writes a run's plan, and deletes what runs before the last one left: they were kept to be looked at. The run begins with its record.
    /// </summary>
    /// <param name="keep">Id of the last run; null when there was none.</param>
    public async ValueTask WritePlanAsync(string run, StoredPlan plan, string? keep, CancellationToken token)
    {
        foreach (var prefix in (await client.KeysAsync(BridgeKeys.Runs, "/", Consistent, token).ConfigureAwait(false)).Value)
            if (prefix.EndsWith('/') && (keep is null || prefix != BridgeKeys.OfRun(keep)))
                await client.DeleteTreeAsync(prefix, token).ConfigureAwait(false);
        for (var chunk = 0; chunk < plan.Chunks.Length; chunk++)
            await client.PutAsync(BridgeKeys.RunPlan(run, chunk), plan.Chunks[chunk], default, token).ConfigureAwait(false);
    }

    internal static T Decode<T>(KeyValueEntry entry)
        where T : IBridgeRecord<T>
    {
        try
        {
            return BridgeRecords.Decode<T>(entry.Key, entry.Value.AsSpan());
        }
        catch (BridgeRecordException e)
        {
            throw Unreadable(entry.Key, e);
        }
    }

    private static SourceException Unreadable(string key, BridgeRecordException e) => new(
        $"The bridge's record {key} cannot be read.", e.Message, "Update this program, or the nodes that wrote the record with a newer one.", e);
}

/// <summary>What the store holds of a run beside its record.</summary>
public sealed record RunContent(
    ImmutableDictionary<string, Stored<StepRecord>> Steps,
    ImmutableDictionary<string, Stored<StageRecord>> Stages,
    RunProgress? Progress,
    RunEvents? Events,
    RunWebhooks? Webhooks,
    ImmutableArray<ReadOnlyMemory<byte>> Chunks)
{
    internal static RunContent None { get; } = new(
        ImmutableDictionary<string, Stored<StepRecord>>.Empty, ImmutableDictionary<string, Stored<StageRecord>>.Empty, null, null, null, []);

    public ImmutableDictionary<string, StepRecord> Journal => Steps.ToImmutableDictionary(static step => step.Key, static step => step.Value.Record);

    public ImmutableDictionary<string, StageRecord> StageRecords => Stages.ToImmutableDictionary(static stage => stage.Key, static stage => stage.Value.Record);
}
