using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Publishing;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Migration.Agent.Tasks.Steps;
using OverlayBridge.Migration.Agent.Tasks.Swarms;
using OverlayBridge.Overlay.Exposures;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>At the host that containers move to: does what agents of other hosts ask in their <see cref="MoveRequest"/>, and answers how the container stands here.</summary>
internal sealed class MoveDesk
{
    /// <summary>Of two parts of the same name one would be judged and the other one used.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly AgentTools tools;
    private readonly AnswerDesk<MoveRequest, MoveAnswer> desk;
    private readonly MovePermits permits;
    private SealingKey? key;

    public MoveDesk(AgentTools tools, KeyPublisher answers)
    {
        this.tools = tools;
        permits = new MovePermits(tools.Store, tools.Options.HostName);
        desk = new AnswerDesk<MoveRequest, MoveAnswer>(
            request => request.Target == tools.Options.HostName, static request => request.Id, static answer => answer.Id, AnswerAsync,
            host => BridgeKeys.MoveAnswer(tools.Options.HostName, host), answers, tools.Time);
    }

    /// <param name="latest">All requests in the store, by host.</param>
    public void Use(ImmutableSortedDictionary<string, MoveRequest> latest) => desk.Use(latest);

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken token) => desk.RunAsync(token);

    private async Task<MoveAnswer> AnswerAsync(string host, MoveRequest request, CancellationToken token)
    {
        key ??= SealedText.NewKey();
        try
        {
            var mark = $"{host}/{request.ContainerId}";
            var kept = request.Want == MoveWant.Look ? "" : await ChangeAsync(host, request, mark, token);
            return await LookAsync(request, mark, kept, token);
        }
        catch (StepException e)
        {
            tools.Log.LogWarning("Refused to {Host}: {Cause} {Remedy}", host, e.Message, e.Remedy);
            return Refused(request, e.Message, e.Remedy);
        }
        catch (SourceException e)
        {
            return Refused(request, $"{e.Message} {e.Cause}", e.Remedy);
        }
        catch (EngineException e)
        {
            return Refused(request, $"{e.Message} {e.Cause}", e.Remedy);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return Refused(request, e.Message, "See that both agents are of the same version, and that this one may read the engine's configuration.");
        }
    }

    /// <returns>Under which name a container that was to go stays; empty for none.</returns>
    /// <exception cref="StepException">No run does that at this moment, or the container may not be made here.</exception>
    private async Task<string> ChangeAsync(string host, MoveRequest request, string mark, CancellationToken token)
    {
        var planned = await permits.FindAsync(host, request, token);
        var there = await FindAsync(request.Name, token);
        var isOurs = there is not null && IsMarked(there, mark);
        if (request.Want == MoveWant.Made && (there is null || isOurs))
            await MakeAsync(host, request, mark, there, token);
        else if (request.Want == MoveWant.Running && isOurs)
            await StartAsync(request, token);
        else if (request.Want == MoveWant.Gone && isOurs)
            return await RemoveAsync(request, there!, planned.LeaveBehind.IsDefault ? [] : planned.LeaveBehind, token);
        return "";
    }

    private async Task<MoveAnswer> LookAsync(MoveRequest request, string mark, string kept, CancellationToken token)
    {
        var there = await FindAsync(request.Name, token);
        return new MoveAnswer(
            request.Id, key!.PublicPart, request.Image.Length > 0 && await tools.Moves.ImageIdAsync(request.Image, token) is not null,
            there?.State ?? "", there is not null && IsMarked(there, mark),
            there is null ? [] : MoveEndpoints.Of(there, request.Networks.Select(static place => place.Network)),
            await MissingHoldersAsync(request, token), kept, "", "");
    }

    /// <summary>By its name; an engine takes the beginning of an id for a name too.</summary>
    private async Task<ContainerDetail?> FindAsync(string name, CancellationToken token) =>
        await tools.Control.DetailAsync(name, token) is { } found && found.Name == name ? found : null;

    private async Task MakeAsync(string host, MoveRequest request, string mark, ContainerDetail? there, CancellationToken token)
    {
        if (there is null)
        {
            // Sealed for an earlier life of this agent: the answer has the new key.
            if (SealedText.TryOpen(request.Blueprint, key!) is not { } text)
                return;
            var parts = BlueprintOf(text, host, request);
            if (MovePaper.Text(parts["Image"]) is var name && await tools.Moves.ImageIdAsync(name, token) != request.Image)
                parts["Image"] = request.Image;
            MovePaper.Place(parts, mark, request.Networks[0]);
            WithResolver(parts);
            await tools.Moves.MakeAsync(request.Name, parts, token);
        }
        foreach (var place in request.Networks)
            if ((there ?? await FindAsync(request.Name, token))?.On(place.Network) is null)
                await tools.Control.ConnectAsync(place.Network, request.Name, place.Address, place.Aliases, token);
    }

    /// <summary>Judged here again: the source's agent may be another than it says.</summary>
    private static JsonObject BlueprintOf(string text, string host, MoveRequest request)
    {
        if (request.Networks.IsDefaultOrEmpty || JsonNode.Parse(text, null, Strict) is not JsonObject parts || parts["HostConfig"] is not JsonObject ofHost)
            throw new StepException($"What {host} wants {request.Name} made from is no container on a network.", "See that both agents are of the same version.");
        var stay = MoveChecks.Stay(host);
        var obstacles = MoveRules.Of(request.Name, parts, ofHost, stay).AddRange(MoveRules.Mounted(request.Name, ofHost, stay));
        return obstacles.IsEmpty ? parts : throw new StepException(
            string.Join(" ", obstacles.Select(static obstacle => obstacle.What)), string.Join(" ", obstacles.Select(static obstacle => obstacle.Remedy).Distinct()));
    }

    /// <summary>Names of the legacy side come from this host's agent, as on a converted host.</summary>
    private void WithResolver(JsonObject parts)
    {
        var daemonJson = tools.Options.Engine.DaemonJson;
        var servers = tools.Resolvers(File.Exists(daemonJson) ? File.ReadAllText(daemonJson) : null);
        if (servers.IsEmpty || parts["HostConfig"] is not JsonObject host)
            return;
        var own = (host["Dns"] as JsonArray ?? []).Select(MovePaper.Text).Where(static server => IPAddress.TryParse(server, out _)).ToList();
        host["Dns"] = new JsonArray(
            [.. (own.Count > 0 ? own.Prepend(servers[0].ToString()) : servers.Select(static server => server.ToString())).Distinct().Select(static server => JsonValue.Create(server))]);
    }

    private async Task StartAsync(MoveRequest request, CancellationToken token)
    {
        var setup = await tools.Control.SetupAsync(token);
        foreach (var network in await MissingHoldersAsync(request, token))
            await tools.Control.RunAsync(Holder.For(network, setup.Architecture), token);
        if (await FindAsync(request.Name, token) is { } made)
            await SwarmStart.RunAsync(tools.Control, made, token);
    }

    /// <returns>Under which name it stays; empty: it is gone.</returns>
    private async Task<string> RemoveAsync(MoveRequest request, ContainerDetail there, ImmutableArray<string> leaveBehind, CancellationToken token)
    {
        await tools.Control.StopAsync(there.Id, there.StopPatience, token);
        // First: once the container is gone nobody comes back for what it needed.
        await RemoveHoldersAsync(request, token);
        var kept = "";
        if (MoveChecks.Written(await tools.Moves.ChangesAsync(there.Id, token), leaveBehind).IsEmpty)
            await tools.Control.RemoveAsync(there.Id, token);
        else
        {
            kept = $"{there.Name}.{there.Id[..12]}";
            await tools.Moves.SetRestartAsync(there.Id, ContainerRestart.None.Policy, ContainerRestart.None.MostTries, token);
            await tools.Moves.RenameAsync(there.Id, kept, token);
        }
        return kept;
    }

    /// <summary>Those that nothing else that was moved here needs.</summary>
    private async Task RemoveHoldersAsync(MoveRequest request, CancellationToken token)
    {
        var containers = await tools.Control.DetailsAsync(token);
        foreach (var network in request.Networks.Select(static place => place.Network))
            if (containers.Any(one => one.Name == Holder.NameFor(network) && one.Labels.ContainsKey(Holder.Label)) &&
                !containers.Any(one => one.IsRunning && one.Labels.ContainsKey(MovePaper.Label) && one.On(network) is not null))
                await tools.Control.RemoveAsync(Holder.NameFor(network), token);
    }

    private async Task<ImmutableArray<string>> MissingHoldersAsync(MoveRequest request, CancellationToken token)
    {
        var setup = await tools.Control.SetupAsync(token);
        if (setup.IsManager || !HolderNeed.Of(setup.Version))
            return [];
        var missing = ImmutableArray.CreateBuilder<string>();
        foreach (var network in request.Networks.Select(static place => place.Network))
            if (await FindAsync(Holder.NameFor(network), token) is not { IsRunning: true })
                missing.Add(network);
        return missing.ToImmutable();
    }

    private static bool IsMarked(ContainerDetail container, string mark) => container.Labels.GetValueOrDefault(MovePaper.Label) == mark;

    private MoveAnswer Refused(MoveRequest request, string cause, string remedy) => new(request.Id, key!.PublicPart, false, "", false, [], [], "", cause, remedy);
}
