using OverlayBridge.Migration.Runs;
using OverlayBridge.Migration.Takeover;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs;
using OverlayBridge.Reports.Runs;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Migrate;

/// <summary>How the run stands, as it was read at one moment.</summary>
internal sealed record RunSituation(Stored<RunRecord> Run, RunContent Content, RunPlan Plan);

/// <summary>Reads how the run stands from a control node; one serves a whole command.</summary>
internal sealed class RunReading(IConsulClient client, TimeProvider time)
{
    private readonly RunRecords _records = new(client);
    private readonly FleetRecords _fleet = new(client, new ExecutorOptions(""), time);

    /// <summary>Null when there never was a run.</summary>
    public async Task<RunSituation?> ReadAsync(CancellationToken token)
    {
        // The record last: what an operator's word is judged by was there before it, and the word is conditional on the record.
        if (await _records.RunAsync(token).ConfigureAwait(false) is not { } known)
            return null;
        var content = await _records.ContentAsync(known.Record.Id, token).ConfigureAwait(false);
        if (await _records.RunAsync(token).ConfigureAwait(false) is not { } run || run.Record.Id != known.Record.Id)
            throw new OperatorException("Another run was started just now.", "The run that was being read is none any more.", "Look at 'overlaybridge migrate status', and repeat the command.");
        return new(run, content, new RunPlan(RunRecords.PlanOf(run.Record, content)));
    }

    /// <summary>The run that a command is about.</summary>
    /// <exception cref="OperatorException">There is none.</exception>
    public async Task<RunSituation> RequireAsync(CancellationToken token) => await ReadAsync(token).ConfigureAwait(false)
        ?? throw new OperatorException("No plan is carried out.", $"{client.Name} holds no record of a run.", "Begin with 'overlaybridge migrate start PLAN'.");

    /// <summary>How it stands, with what the hosts say.</summary>
    public async Task<RunDocument> DocumentAsync(CancellationToken token)
    {
        if (await ReadAsync(token).ConfigureAwait(false) is not { } now)
            return RunDocument.None(client.Name);
        var look = await _fleet.LookAsync(now.Run.Record.Id, token).ConfigureAwait(false);
        var view = look.View(now.Run.Record, now.Plan, now.Content, time.GetUtcNow());
        return RunDocument.Of(client.Name, view, now.Content.Progress, now.Content.Events, now.Content.Webhooks);
    }
}
