using System.Text.Json;
using OverlayBridge.Lab;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.LabTests.Cutover;

/// <summary>Lies in wait for a place in a run, kills there, and starts again what does not start by itself.</summary>
internal sealed class Killer(MigrationLab lab)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan Restart = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>When a step was asked for last; what is waited for comes after it.</summary>
    public async Task<DateTimeOffset> AskedAsync(Kill kill) =>
        (await lab.TryRecordAsync<HostTaskRecord>(BridgeKeys.HostTask(kill.Host, kill.Step)))?.Asked ?? DateTimeOffset.MinValue;

    /// <returns>False: the step came to its end without this change.</returns>
    public async Task<bool> StrikeAsync(Kill kill, DateTimeOffset since)
    {
        var host = lab.Lab.Hosts.Single(host => host.Name == kill.Host);
        if (!await MeetAsync(host, kill, since))
            return false;
        await Task.Delay(kill.Delay, Cancel);
        switch (kill.Victim)
        {
            case Victim.Leader:
                var leader = await lab.LeaderAsync();
                await lab.KillControlAsync(leader);
                await lab.LeaderAsync();
                await lab.StartControlAsync(leader);
                break;
            case Victim.Agent or Victim.Target:
                var killed = kill.Victim == Victim.Target ? lab.Manager : host;
                await lab.KillAgentAsync(killed);
                await lab.StartAgentAgainAsync(killed);
                break;
            default:
                await StrikeEngineAsync(host, kill);
                break;
        }
        return true;
    }

    private async Task<bool> MeetAsync(LabHost host, Kill kill, DateTimeOffset since)
    {
        var isMet = false;
        try
        {
            await Wait.UntilAsync(async () => await IsAtAsync(host, kill, since) is { } met && ((isMet = met) || true), Limit, $"the place where {kill}", Cancel);
            return isMet;
        }
        catch (LabException e)
        {
            var status = await lab.StatusAsync(static _ => true, "how the run stands");
            throw new LabException($"The place where {kill} was not met.", $"The run is {MigrationRun.StateOf(status)}: {MigrationRun.NoteOf(status)}", "Look at the logs in the lab's folder.", e);
        }
    }

    private async Task StrikeEngineAsync(LabHost host, Kill kill)
    {
        var engine = MigrationLab.KillEngineAsync(host);
        await Task.WhenAll(engine, kill.Victim == Victim.Both ? lab.KillAgentAsync(host) : Task.CompletedTask);
        if (kill.Victim == Victim.Both)
            await lab.StartAgentAgainAsync(host);
        // What stops engines starts them by itself, unless it was at its end when the engine was killed.
        if ((kill.Step.StartsWith("convert-host", StringComparison.Ordinal) || kill.Step.StartsWith("upgrade-engine", StringComparison.Ordinal)) && kill.Change.Length > 0 && !await EndsWithoutEngineAsync(host, kill))
            return;
        await Task.Delay(Restart, Cancel);
        (await host.ExecAsync(["sh", Path.Combine(host.Folder, EngineRelease.Modern.Has(await engine) ? "engine-start-modern" : "engine-start")], Cancel)).Success();
    }

    /// <summary>Waits until a step has either started its engine again or come to an end without it.</summary>
    private async Task<bool> EndsWithoutEngineAsync(LabHost host, Kill kill)
    {
        var isEnded = false;
        await Wait.UntilAsync(
            async () =>
            {
                isEnded = await lab.TryRecordAsync<HostTaskRecord>(BridgeKeys.HostTask(host.Name, kill.Step)) is { } task && await ReportAsync(host, task) is { State: HostTaskState.Done or HostTaskState.Failed };
                return isEnded || await EngineRunsAsync(host);
            },
            Limit, $"an engine on {host.Name} again", Cancel);
        return isEnded && !await EngineRunsAsync(host);
    }

    private static async Task<bool> EngineRunsAsync(LabHost host) =>
        (await host.ExecAsync(["sh", "-c", "[ \"$(basename \"$(readlink /proc/$(cat /var/run/docker.pid)/exe)\")\" = dockerd ]"], Cancel)).ExitCode == 0;

    /// <returns>Null: not yet.</returns>
    private async Task<bool?> IsAtAsync(LabHost host, Kill kill, DateTimeOffset since)
    {
        if (await lab.TryRecordAsync<HostTaskRecord>(BridgeKeys.HostTask(host.Name, kill.Step)) is not { } task || task.Asked <= since || task.Undo != kill.Undo)
            return null;
        if (kill.Change.Length == 0 || OnDisk(host, task).Any(IsIt))
            return true;
        // Steps that take some milliseconds are in the store sooner than their file is seen.
        if (await ReportAsync(host, task) is not { } report)
            return null;
        return report.Changes.Any(IsIt) ? true : report.State is HostTaskState.Done or HostTaskState.Failed ? false : null;

        bool IsIt(string change) => change.StartsWith(kill.Change, StringComparison.Ordinal);
    }

    /// <summary>About this attempt; null while there is none.</summary>
    private async Task<HostTaskReport?> ReportAsync(LabHost host, HostTaskRecord task) =>
        await lab.TryRecordAsync<HostTaskReport>(BridgeKeys.HostTaskReport(host.Name, task.Step)) is { } report && report.Run == task.Run && report.Attempt == task.Attempt ? report : null;

    /// <summary>What the agent notes on its host's disk before it changes it.</summary>
    private static string[] OnDisk(LabHost host, HostTaskRecord task)
    {
        try
        {
            using var form = JsonDocument.Parse(File.ReadAllText(Path.Combine(host.Folder, "agent/agent/task.json")));
            using var atWork = JsonDocument.Parse(form.RootElement.GetProperty("task").GetString()!);
            return atWork.RootElement.GetProperty("run").GetString() == task.Run && atWork.RootElement.GetProperty("attempt").GetInt32() == task.Attempt &&
                atWork.RootElement.GetProperty("step").GetString() == task.Step
                    ? [.. form.RootElement.GetProperty("changes").EnumerateArray().Select(static change => change.GetString()!)]
                    : [];
        }
        catch (IOException)
        {
            return []; // no task is at work
        }
    }
}
