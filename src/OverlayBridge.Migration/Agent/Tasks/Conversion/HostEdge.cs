using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using OverlayBridge.DataPlane.Namespaces;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Tasks.Swarms;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>The real host: its engine, its files, the store, and the swarm's manager behind the store.</summary>
internal sealed class HostEdge(
    ConversionGoal goal,
    IEngineControl engine,
    EngineControl control,
    IConsulClient store,
    Func<CancellationToken, Task<LegacyRecords>> open,
    SwarmDoor door,
    ConversionFile file,
    IVxlanDevices devices,
    AgentOptions options,
    Func<string?, ImmutableArray<IPAddress>> resolvers,
    TimeProvider time,
    ILogger log) : IChangeEdge<HostSituation, HostMove>
{
    private static readonly TimeSpan JoinPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly EngineRefusals refused = new();
    private readonly HostNotes notes = new(file, store, options.HostName);
    private readonly HostDevices vxlan = new(devices, goal, log);
    private LegacyRecords? opened;
    private SwarmEntry? entry;
    private SourceException? unknown;

    /// <inheritdoc cref="HostNotes.Current"/>
    public ConversionNotes? Notes => notes.Current;

    public async Task<HostSituation> LookAsync(CancellationToken token)
    {
        var situation = await LookAtHostAsync(token);
        if (Notes is not { } known)
            return situation;
        if (!ConversionDecision.NeedsRecords(situation, known.Before))
            return situation with { AreRecordsKnown = false };
        try
        {
            var records = await RecordsAsync(token);
            var looked = await records.LookAsync(situation, known.Before, token);
            var halfMade = await refused.HalfMadeAsync(records, goal, situation, known.Before, token);
            unknown = null;
            return looked with { HalfMade = halfMade };
        }
        catch (SourceException e)
        {
            unknown = e; // whether the host needs them at once is decided elsewhere
            log.LogWarning("The legacy records of this host's containers are not known for the moment: {What} {Cause}", e.Message, e.Cause);
            return situation with { AreRecordsKnown = false };
        }
    }

    /// <summary>The host alone: the store is not asked.</summary>
    public async Task<HostSituation> LookAtHostAsync(CancellationToken token)
    {
        var setup = await TrySetupAsync(token);
        var containers = setup is null ? [] : await engine.DetailsAsync(token);
        var modes = setup is null
            ? HostConfigFiles.Modes(Notes?.DataRoot ?? "")
            : containers.ToImmutableSortedDictionary(static c => c.Id, static c => c.NetworkMode, StringComparer.Ordinal);
        return new HostSituation(
            setup, containers, File.Exists(control.DaemonJson) ? await File.ReadAllTextAsync(control.DaemonJson, token) : null, modes, [], [])
        {
            IsInSwarm = setup is null && Notes is { DataRoot: var root } && HostConfigFiles.IsInSwarm(root),
            CannotJoin = refused.CannotJoin,
            StrayDevices = await vxlan.StraysAsync(),
        };
    }

    /// <summary>Makes sure, while the engine still runs, that the way into the swarm is open, and keeps the key to it in memory.</summary>
    /// <exception cref="StepException">It is not.</exception>
    public async Task PrepareAsync(string manager, string engineName, CancellationToken token) =>
        entry = await door.AskEntryAsync(manager, engineName, Notes?.LeftNodes ?? [], token);

    public Task PauseAsync(CancellationToken token) => Task.Delay(RetryPause, time, token);

    /// <summary>What starts an engine version; the host's usual command starts the one that it had before. Null: nobody knows.</summary>
    public ImmutableArray<string>? CommandFor(string? version) =>
        control.StartOf(version) ?? (Notes is { } known && ConversionGoal.IsVersion(known.Before.EngineVersion, version) ? control.Start : null);

    public async Task DoAsync(HostMove change, HostSituation now, StepRun run, CancellationToken token)
    {
        switch (change)
        {
            case HostMove.Save:
                await notes.SaveAsync(ConversionSaving.NotesOf(now, goal, options.HostName, resolvers(now.DaemonJson), time.GetUtcNow()), token);
                break;
            case HostMove.Forget:
                await notes.ForgetAsync(token);
                break;
            case HostMove.AwaitStore:
                await AwaitStoreAsync(run, token);
                break;
            case HostMove.StopEngine stop:
                await StopAsync(stop.HasGhosts, token);
                break;
            case HostMove.StartEngine start:
                await StartAsync(start.Version, token);
                break;
            case HostMove.StartWithoutStore start:
                WriteDaemonJson(start.Text);
                await StartAsync(null, token);
                break;
            case HostMove.RemoveDevices remove:
                await vxlan.RemoveAsync(remove.Devices);
                break;
            case HostMove.StartAsItWas:
                await StartAsync(null, token);
                notes.Write(Notes! with { IsCleanedUp = true });
                break;
            case HostMove.RenameModes rename:
                foreach (var mode in rename.Changes)
                    HostConfigFiles.Rename(Notes!.DataRoot, mode);
                break;
            case HostMove.WriteDaemonJson write:
                WriteDaemonJson(write.Text);
                break;
            case HostMove.RunHolder holder:
                await engine.RunAsync(Holder.For(holder.Network, now.Engine!.Architecture), token);
                break;
            case HostMove.RemoveHolder holder:
                await engine.RemoveAsync(Holder.NameFor(holder.Network), token);
                break;
            case HostMove.KeepAddresses keep:
                await EachAsync(keep.Endpoints, static (records, endpoint, stop) => records.KeepAsync(endpoint, stop), token);
                break;
            case HostMove.FreeAddresses free:
                await EachAsync(free.Endpoints, static (records, endpoint, stop) => records.FreeAsync(endpoint, stop), token);
                break;
            case HostMove.WriteRecords write:
                await EachAsync(write.Endpoints, static (records, endpoint, stop) => records.WriteAsync(endpoint, stop), token);
                break;
            case HostMove.DeleteRecords delete:
                await EachAsync(delete.Endpoints, static (records, endpoint, stop) => records.DeleteAsync(endpoint, stop), token);
                break;
            case HostMove.DeleteHalfMade delete:
                notes.Write(Notes! with { HasGhosts = true }); // before what shows it is gone
                await EachAsync(delete.Endpoints, static (records, endpoint, stop) => records.DeleteAsync(endpoint, stop), token);
                break;
            case HostMove.MendCount { Wrong: var wrong }:
                await (await RecordsAsync(token)).Counts.MendAsync(wrong, time, token);
                break;
            default:
                await DoAtEngineAsync(change, now, token);
                break;
        }
    }

    private async Task DoAtEngineAsync(HostMove move, HostSituation now, CancellationToken token)
    {
        switch (move)
        {
            case HostMove.JoinSwarm join:
                await JoinAsync(join.Manager, now.Engine!, token);
                break;
            case HostMove.LeaveSwarm leave:
                if (leave.NodeId.Length > 0 && !Notes!.LeftNodes.Contains(leave.NodeId))
                    notes.Write(Notes with { LeftNodes = Notes.LeftNodes.Add(leave.NodeId) });
                await engine.LeaveSwarmAsync(token);
                break;
            case HostMove.RemoveNodes remove:
                await door.RemoveNodesAsync(remove.Manager, now.Engine!.Name, now.Engine.NodeId, remove.Nodes, token);
                notes.Write(Notes! with { LeftNodes = [] });
                break;
            case HostMove.Connect connect:
                await ConnectAsync(connect, token);
                break;
            case HostMove.ConnectAll all:
                foreach (var connect in all.Each)
                    await ConnectAsync(connect, token);
                break;
            case HostMove.StartContainers start:
                await refused.EachAsync(start.Ids, engine.StartAsync, token);
                break;
            default:
                throw new ArgumentException($"no such move: {move}", nameof(move));
        }
    }

    private async Task ConnectAsync(HostMove.Connect connect, CancellationToken token)
    {
        if (connect.LeavesFirst)
            await engine.DisconnectAsync(connect.Network, connect.ContainerId, force: true, token);
        await refused.TryAsync(connect.ContainerId, () => engine.ConnectAsync(connect.Network, connect.ContainerId, connect.Address, connect.Aliases, token));
    }

    private async Task EachAsync(ImmutableArray<LegacyEndpoint> endpoints, Func<LegacyRecords, LegacyEndpoint, CancellationToken, Task> change, CancellationToken token)
    {
        foreach (var endpoint in endpoints)
            await change(await RecordsAsync(token), endpoint, token);
    }

    /// <summary>Where the engines' keys are only the store tells.</summary>
    private async Task<LegacyRecords> RecordsAsync(CancellationToken token) => opened ??= await open(token);

    /// <param name="text">Null: there is none.</param>
    private void WriteDaemonJson(string? text)
    {
        if (text is null)
            File.Delete(control.DaemonJson);
        else
            DurableFile.Write(control.DaemonJson, System.Text.Encoding.UTF8.GetBytes(text));
    }

    private async Task StopAsync(bool hasGhosts, CancellationToken token)
    {
        await EngineCommands.RunAsync(control.Stop, "stops the engine", token);
        if (await TrySetupAsync(token) is not null)
            throw new StepException(
                $"The engine still answers after the command that stops it ('{string.Join(' ', control.Stop)}').",
                "See that nothing starts it again (docker.socket does), or name another command in the file of --engine-control.");
        notes.Write(Notes! with { IsStopped = true, HasGhosts = hasGhosts || Notes.HasGhosts });
    }

    private async Task StartAsync(string? version, CancellationToken token)
    {
        var command = CommandFor(version) ?? throw new StepException(
            $"This host does not know how to start engine {version}.", $"Name the command in the file of --engine-control, under versions, \"{version}\".");
        notes.Write(Notes! with { IsStopped = false });
        refused.Starting();
        EngineSetup? setup = null;
        await EngineStart.RunAsync(
            () => EngineCommands.RunAsync(command, "starts the engine", token), async () => (setup = await TrySetupAsync(token)) is not null, time, token);
        if (setup!.ClusterStore.Length == 0)
            notes.Write(Notes with { HasGhosts = false });
        if (!ConversionGoal.IsVersion(setup.Version, version))
            throw new StepException(
                $"The command that starts engine {version} started engine {setup.Version}.", "Mend the command in the file of --engine-control, under versions, and repeat the step.");
    }

    private async Task JoinAsync(string manager, EngineSetup setup, CancellationToken token)
    {
        // An engine that was in the swarm before its start takes a moment to be again.
        if (setup.SwarmState != "pending")
        {
            entry ??= await door.AskEntryAsync(manager, setup.Name, Notes?.LeftNodes ?? [], token);
            await engine.JoinSwarmAsync(entry.Address, entry.Token, options.Vtep, token);
            entry = null;
            notes.Write(Notes! with { LeftNodes = [] });
        }
        await UntilAsync(
            async () => await TrySetupAsync(token) is { SwarmState: "active" }, JoinPatience,
            "The engine joined the swarm, but is not active in it.", "Look at docker node ls on the manager, and at the engine's log; then repeat the step.", token);
    }

    /// <summary>Null: nobody listens. An engine that listens and does not answer is a failure, not one that is stopped.</summary>
    private async Task<EngineSetup?> TrySetupAsync(CancellationToken token)
    {
        try
        {
            return await engine.SetupAsync(token);
        }
        catch (EngineException e) when (EngineStart.IsNobodyThere(e))
        {
            log.LogDebug("The engine does not listen: {Cause}", e.Cause);
            return null;
        }
    }

    private Task AwaitStoreAsync(StepRun run, CancellationToken token) =>
        unknown is not { } failure || run.Passing.Meet(failure) is not null ? PauseAsync(token)
        : failure.IsAway ? throw new StepException("The store does not answer.", "See that the control nodes run, and repeat the step: it goes on from here.", failure)
        : throw failure;

    private async Task UntilAsync(Func<Task<bool>> condition, TimeSpan patience, string cause, string remedy, CancellationToken token)
    {
        var begun = time.GetTimestamp();
        while (!await condition())
        {
            if (time.GetElapsedTime(begun) > patience)
                throw new StepException(cause, remedy);
            await Task.Delay(Pause, time, token);
        }
    }
}
