using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Migration.Agent.Tasks.Swarms;
using OverlayBridge.Overlay.Exposures;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>
/// The bridge leaves this host: no redirect, no entries, no name server, no holder that the engine does without, no notes; and no container is down that only the bridge would start. The agent ends itself when it has told so. One-way.
/// </summary>
internal sealed class RetireStep(AgentTools tools) : IStep
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public async Task RunAsync(StepRun run, CancellationToken token)
    {
        if (run.Undo)
            throw new StepException("Retiring has no way back.", "Install the bridge anew where it is still needed; the archive of the store is a dump.");
        run.Checking("Looking whether anything here still needs the bridge");
        var exposures = await tools.ExposuresAsync(token);
        if (exposures.FirstOrDefault(static exposure => exposure.State != ExposureState.Finished) is { } open)
            throw new StepException($"The network {open.Name} is still exposed ({open.State.ToString().ToLowerInvariant()}).", "Run the step that ends its exposure first.");
        var setup = await tools.Control.SetupAsync(token);
        if (setup.ClusterStore.Length > 0)
            throw new StepException("This host's engine still works on the legacy store, which goes with the bridge.", "Convert the host first.");
        await RequireOtherResolversAsync(token);
        await new SwarmNames(tools).AwaitAsync(run, token);
        await ReleaseAsync(run, token);
        ForgetResolver(run);
        await ForgetMovedAsync(run, token);
        if (setup.IsManager)
            await RemoveNobodiesAsync(run, token);
        if (!HolderNeed.Of(setup.Version))
            await RemoveHoldersAsync(run, setup.Version, token);
        if (tools.Conversion.Read() is not null || await StoredAsync(token) is not null)
            await ForgetConversionAsync(run, token);
        // At the end of all: an engine that is killed while the bridge leaves has nobody afterwards who looks after what it leaves down.
        await new LeftDown(tools).StartAsync(run, token);
    }

    private async Task ForgetConversionAsync(StepRun run, CancellationToken token)
    {
        run.Change("Remove the notes of the conversion: from here on there is no way back");
        if (run.DryRun)
            return;
        await tools.Store.DeleteAsync(BridgeKeys.Conversion(tools.Options.HostName), null, token);
        tools.Conversion.Delete();
    }

    /// <summary>Who asks the bridge's name server alone would resolve no name outside of its networks once that is gone.</summary>
    private async Task RequireOtherResolversAsync(CancellationToken token)
    {
        if (tools.OwnResolver() is not { } own)
            return;
        var file = tools.Options.Engine.DaemonJson;
        if (File.Exists(file) && DaemonJson.ResolversOf(File.ReadAllText(file)) is { IsEmpty: false } servers && servers.All(own.Equals))
            throw new StepException(
                $"\"dns\" in {file} names the bridge's name server {own} alone: containers would resolve no name outside of their networks.",
                "Add other servers behind it and restart the engine when it suits; then repeat the step.");
        var alone = (await tools.Control.DetailsAsync(token)).Where(container => container.IsRunning && !container.Dns.IsEmpty && container.Dns.All(server => server == own.ToString()))
            .Select(static container => container.Name).ToList();
        if (alone.Count > 0)
            throw new StepException(
                $"{string.Join(", ", alone)} {(alone.Count == 1 ? "asks" : "ask")} the bridge's name server {own} alone, and would resolve no name outside of {(alone.Count == 1 ? "its" : "their")} networks.",
                "Run them anew without it, a Compose project without the override's file; then repeat the step.");
    }

    /// <summary>The old containers stay as they are: whether nothing in them is needed any more, people know.</summary>
    private async Task ForgetMovedAsync(StepRun run, CancellationToken token)
    {
        foreach (var entry in (await tools.Store.ListAsync(BridgeKeys.OfMoved(tools.Options.HostName), new ReadOptions(Consistency.Consistent), token)).Value)
        {
            var moved = BridgeRecords.Decode<MovedContainer>(entry.Key, entry.Value.AsSpan());
            run.Change($"Remove the notes of the move of {moved.Container.Name} to {moved.Target}: the old container stays here, stopped, for you to remove");
            if (!run.DryRun)
                await tools.Store.DeleteAsync(entry.Key, null, token);
        }
    }

    /// <summary>Engines that were killed while they joined the swarm since a host asked last left nodes that nobody became.</summary>
    private async Task RemoveNobodiesAsync(StepRun run, CancellationToken token)
    {
        var now = tools.Time.GetUtcNow();
        foreach (var node in (await tools.Control.NodesAsync(token)).Where(node => SwarmNodes.IsOfNobody(node, now)))
        {
            run.Change($"Take node {node.Id} off the swarm's list: nobody became it");
            if (!run.DryRun)
                await tools.Control.RemoveNodeAsync(node.Id, force: true, token);
        }
    }

    /// <summary>Run when the host went over, whatever its engine; one that was exchanged then or since does without.</summary>
    private async Task RemoveHoldersAsync(StepRun run, string version, CancellationToken token)
    {
        foreach (var holder in (await tools.Control.DetailsAsync(token)).Where(static container => container.Labels.ContainsKey(Holder.Label)))
        {
            run.Change($"Remove {holder.Name}: engine {version} keeps networks without it");
            if (!run.DryRun)
                await tools.Control.RemoveAsync(holder.Id, token);
        }
    }

    /// <summary>The redirect goes by itself once the takeover is released.</summary>
    private async Task ReleaseAsync(StepRun run, CancellationToken token)
    {
        if (await tools.TakeoverAsync(token) is not { } takeover || !takeover.Hosts.Contains(tools.Options.HostName) || takeover.Phase == TakeoverPhase.Aborted)
            return;
        if (takeover.Phase != TakeoverPhase.Released)
            throw new StepException($"The takeover is {takeover.Phase.ToString().ToLowerInvariant()}, so that this host is still redirected.", "Release it first: overlaybridge takeover release");
        run.Acting("Waiting until the redirect of the old store's address is removed");
        var begun = tools.Time.GetTimestamp();
        while (await IsRedirectedAsync(takeover.Id, token))
        {
            if (tools.Time.GetElapsedTime(begun) > Patience)
                throw new StepException("The redirect of the old store's address was not removed.", "See what this host reports: overlaybridge takeover status");
            await Task.Delay(Pause, tools.Time, token);
        }
    }

    private async Task<bool> IsRedirectedAsync(string takeover, CancellationToken token) =>
        (await tools.Store.GetAsync(BridgeKeys.HostTakeover(tools.Options.HostName), new ReadOptions(Consistency.Consistent), token)).Value is { } entry &&
        BridgeRecords.Decode<TakeoverHostReport>(entry.Key, entry.Value.AsSpan()) is var report && report.TakeoverId == takeover && report.State != TakeoverHostState.Released;

    /// <summary>In force with the engine's next start; until then containers ask our address in vain and then the next one, which Docker's resolver does by itself.</summary>
    private void ForgetResolver(StepRun run)
    {
        var file = tools.Options.Engine.DaemonJson;
        if (tools.OwnResolver() is not { } own || !File.Exists(file) || DaemonJson.WithoutResolver(File.ReadAllText(file), own) is not { } without)
            return;
        run.Change($"Take the name server {own} out of daemon.json");
        if (!run.DryRun)
            DurableFile.Write(file, System.Text.Encoding.UTF8.GetBytes(without));
    }

    private async Task<HostConversion?> StoredAsync(CancellationToken token) =>
        (await tools.Store.GetAsync(BridgeKeys.Conversion(tools.Options.HostName), new ReadOptions(Consistency.Consistent), token)).Value is { } entry
            ? BridgeRecords.Decode<HostConversion>(entry.Key, entry.Value.AsSpan())
            : null;
}
