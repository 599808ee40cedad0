using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Migration.Agent.Tasks.Counts;
using OverlayBridge.Migration.Agent.Tasks.Steps;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>The real hosts: this one's engine, the store, and the target's agent behind the store.</summary>
internal sealed class MoveEdge(AgentTools tools, MoveGoal goal, PassingFailures passing) : IChangeEdge<MoveSituation, ContainerMove>
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly MoveDoor door = new(tools.Store, tools.Options.HostName, passing, tools.Time);
    private MoveAnswer? there;
    private LegacyRecords? records;

    /// <summary>Null while the container is neither moved nor on the way.</summary>
    public MovedContainer? Notes { get; private set; }

    /// <summary>What the engine told of the container when it was looked at last.</summary>
    public MovePaper? Paper { get; private set; }

    /// <summary>Where the target is reached: its agent's address; needed by <see cref="ContainerMove.Save"/> alone.</summary>
    public IPAddress TargetVtep { get; set; } = IPAddress.None;

    public async Task ReadNotesAsync(CancellationToken token) =>
        Notes = (await tools.Store.GetAsync(Key, new ReadOptions(Consistency.Consistent), token)).Value is { } entry
            ? BridgeRecords.Decode<MovedContainer>(entry.Key, entry.Value.AsSpan())
            : null;

    public async Task<MoveSituation> LookAsync(CancellationToken token)
    {
        var here = await tools.Control.DetailAsync(goal.ContainerId, token);
        Paper = here is not null && await tools.Moves.PaperAsync(goal.ContainerId, token) is { } paper ? new MovePaper(paper) : null;
        // What it has become there, each change's own answer tells.
        there ??= await AskAsync(MoveWant.Look, "", token);
        var (own, engines, wrong) = (ImmutableHashSet<LegacyEndpoint>.Empty, ImmutableHashSet<LegacyEndpoint>.Empty, ImmutableArray<WrongCount>.Empty);
        if (Notes is { } notes)
        {
            var known = await RecordsAsync(notes, token);
            own = await known.PresentAsync(MoveDecision.RecordsOf(notes), token);
            engines = await known.PresentAsync(MoveDecision.EngineRecordsOf(notes), token);
            if (here is { IsRunning: true } || there.State == "running")
                wrong = await WrongCountsAsync(known, notes, token);
        }
        return new MoveSituation(here, Paper?.Restart ?? ContainerRestart.None, there, own, engines, wrong);
    }

    /// <summary>Asks the target anew.</summary>
    public async Task<MoveAnswer> LookThereAsync(CancellationToken token) => there = await AskAsync(MoveWant.Look, "", token);

    public Task PauseAsync(CancellationToken token) => Task.Delay(RetryPause, tools.Time, token);

    /// <summary>What <see cref="ContainerMove.Save"/> writes.</summary>
    public MovedContainer NotesOf(MoveSituation now) => new(
        goal.Host,
        goal.Target,
        TargetVtep,
        new ConvertedContainer(
            goal.ContainerId,
            goal.Name,
            now.Here!.IsRunning,
            [
                .. from attachment in now.Here.Attachments
                   let network = goal.Networks.FirstOrDefault(network => network.Name == attachment.Network)
                   where network is not null
                   select new ConvertedEndpoint(
                       network.Name, network.Id, attachment.EndpointId, attachment.Address ?? attachment.FixedAddress, attachment.MacAddress,
                       attachment.FixedAddress is not null, attachment.Aliases),
            ]),
        now.Restart,
        tools.Time.GetUtcNow());

    public async Task DoAsync(ContainerMove change, MoveSituation now, StepRun run, CancellationToken token)
    {
        switch (change)
        {
            case ContainerMove.Save:
                var saved = NotesOf(now);
                await tools.Store.PutAsync(Key, BridgeRecords.Encode(saved), default, token);
                Notes = saved;
                break;
            case ContainerMove.Forget:
                await RefreshNamesAsync(token);
                await tools.Store.DeleteAsync(Key, null, token);
                Notes = null;
                break;
            case ContainerMove.MakeThere:
                there = await MakeAsync(now, token);
                break;
            case ContainerMove.StartThere:
                there = await AskAsync(MoveWant.Running, "", token);
                break;
            case ContainerMove.RemoveThere:
                there = await AskAsync(MoveWant.Gone, "", token);
                if (there.Kept.Length > 0)
                    run.Change($"Keep it on {goal.Target} as {there.Kept}, stopped, for it has written files of its own");
                break;
            case ContainerMove.WriteRecords write:
                foreach (var endpoint in write.Endpoints)
                    await (await RecordsAsync(Notes!, token)).WriteAsync(endpoint, token);
                break;
            case ContainerMove.DeleteRecords delete:
                foreach (var endpoint in delete.Endpoints)
                    await (await RecordsAsync(Notes!, token)).DeleteAsync(endpoint, token);
                break;
            case ContainerMove.MendCount { Wrong: var wrong }:
                await (await RecordsAsync(Notes!, token)).Counts.MendAsync(wrong, tools.Time, token);
                break;
            default:
                await DoHereAsync(change, token);
                break;
        }
    }

    private static async Task<ImmutableArray<WrongCount>> WrongCountsAsync(LegacyRecords known, MovedContainer notes, CancellationToken token)
    {
        var wrong = ImmutableArray.CreateBuilder<WrongCount>();
        foreach (var endpoint in notes.Container.Endpoints)
            if (await known.Counts.LookAsync(endpoint.Network, endpoint.LegacyNetworkId, token) is { } count)
                wrong.Add(count);
        return wrong.ToImmutable();
    }

    private string Key => BridgeKeys.Moved(goal.Host, goal.ContainerId);

    private Task DoHereAsync(ContainerMove move, CancellationToken token) => move switch
    {
        ContainerMove.SetRestart set => tools.Moves.SetRestartAsync(goal.ContainerId, set.To.Policy, set.To.MostTries, token),
        ContainerMove.StopHere stop => tools.Control.StopAsync(goal.ContainerId, stop.Patience, token),
        ContainerMove.StartHere => tools.Control.StartAsync(goal.ContainerId, token),
        ContainerMove.ConnectHere connect => ConnectAsync(connect, token),
        _ => throw new ArgumentException($"no such move: {move}", nameof(move)),
    };

    /// <summary>
    /// An engine of 20.10 that had no container on a network any more may fail to read it anew (a thread of it stayed behind in the dead namespace), and then knows
    /// none of its remote names until the network's count changes. Twice, for the same can happen to the first.
    /// </summary>
    private async Task RefreshNamesAsync(CancellationToken token)
    {
        var counts = (await RecordsAsync(Notes!, token)).Counts;
        for (var times = 0; times < 2; times++)
        {
            if (times > 0)
                await PauseAsync(token);
            foreach (var endpoint in Notes!.Container.Endpoints)
                await counts.TouchAsync(endpoint.LegacyNetworkId, token);
        }
    }

    /// <summary>An engine leaves a stopped container that is on the network already as it is, without a word.</summary>
    private async Task ConnectAsync(ContainerMove.ConnectHere connect, CancellationToken token)
    {
        await tools.Control.DisconnectAsync(connect.Network, goal.ContainerId, force: true, token);
        await tools.Control.ConnectAsync(connect.Network, goal.ContainerId, connect.Address, connect.Aliases, token);
    }

    private async Task<MoveAnswer> MakeAsync(MoveSituation now, CancellationToken token)
    {
        if (Paper is not { } paper)
            throw new StepException(
                $"{goal.Name} was removed from this host before it was made on {goal.Target}.", $"Make it by hand on {goal.Target}, and leave the step out: migrate skip.");
        var blueprint = paper.Blueprint(goal.ContainerId).ToJsonString();
        var answer = await AskAsync(MoveWant.Made, SealedText.Seal(blueprint, now.There.PublicKey), token);
        // The target's agent was started anew since it told its key.
        return answer.PublicKey == now.There.PublicKey ? answer : await AskAsync(MoveWant.Made, SealedText.Seal(blueprint, answer.PublicKey), token);
    }

    private Task<MoveAnswer> AskAsync(MoveWant want, string blueprint, CancellationToken token) => door.AskAsync(
        new MoveRequest(
            MoveDoor.NewId(), goal.Target, goal.ContainerId, goal.Name, Paper?.Image ?? "", want,
            Notes is { } notes ? MoveEndpoints.Of(notes.Container) : [.. goal.Networks.Select(static network => new MoveEndpoint(network.Name, null, null, []))], blueprint),
        token);

    /// <summary>Where the engines' keys are only the store tells.</summary>
    private async Task<LegacyRecords> RecordsAsync(MovedContainer notes, CancellationToken token) =>
        records ??= tools.Legacy(await tools.PrefixAsync(token), notes.TargetVtep);
}
