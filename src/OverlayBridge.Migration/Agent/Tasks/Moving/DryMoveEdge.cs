using OverlayBridge.Engines;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>Moves a model of the container, from how it stands: what a dry run goes on with.</summary>
/// <param name="save">What would be written down.</param>
internal sealed class DryMoveEdge(MoveSituation start, MovedContainer? notes, Func<MovedContainer> save) : IChangeEdge<MoveSituation, ContainerMove>
{
    private MoveSituation now = start;

    /// <summary>Null while the container is neither moved nor on the way.</summary>
    public MovedContainer? Notes { get; private set; } = notes;

    public Task<MoveSituation> LookAsync(CancellationToken token) => Task.FromResult(now);

    public Task DoAsync(ContainerMove change, MoveSituation situation, StepRun run, CancellationToken token)
    {
        switch (change)
        {
            case ContainerMove.Save:
                Notes = save();
                break;
            case ContainerMove.Forget:
                Notes = null;
                break;
            default:
                now = After(change);
                break;
        }
        return Task.CompletedTask;
    }

    public Task PauseAsync(CancellationToken token) => Task.CompletedTask;

    private MoveSituation After(ContainerMove move) => move switch
    {
        ContainerMove.MakeThere => now with { There = now.There with { IsOurs = true, State = "created", Endpoints = MoveEndpoints.Of(Notes!.Container) } },
        ContainerMove.StartThere => now with { There = now.There with { State = "running", MissingHolders = [] } },
        ContainerMove.RemoveThere => now with { There = now.There with { IsOurs = false, State = "", Endpoints = [] } },
        ContainerMove.SetRestart set => now with { Restart = set.To },
        ContainerMove.StopHere => now with { Here = now.Here! with { State = "exited" }, EngineRecords = [] },
        ContainerMove.StartHere => now with { Here = now.Here! with { State = "running" } },
        ContainerMove.ConnectHere connect => now with { Here = Connected(now.Here!, connect) },
        ContainerMove.WriteRecords write => now with { OwnRecords = now.OwnRecords.Union(write.Endpoints) },
        ContainerMove.DeleteRecords delete => now with { OwnRecords = now.OwnRecords.Except(delete.Endpoints), EngineRecords = now.EngineRecords.Except(delete.Endpoints) },
        ContainerMove.MendCount mend => now with { WrongCounts = now.WrongCounts.Remove(mend.Wrong) },
        _ => throw new ArgumentException($"no such move: {move}", nameof(move)),
    };

    private static ContainerDetail Connected(ContainerDetail here, ContainerMove.ConnectHere connect) => here with
    {
        Attachments = [.. here.Attachments.Where(one => one.Network != connect.Network), new(connect.Network, "", "", null, null, connect.Address, connect.Aliases)],
    };
}

/// <summary>A container's places, as the two agents of a move tell each other.</summary>
internal static class MoveEndpoints
{
    public static System.Collections.Immutable.ImmutableArray<MoveEndpoint> Of(ConvertedContainer container) =>
        [.. container.Endpoints.Select(static endpoint => new MoveEndpoint(endpoint.Network, endpoint.Address, endpoint.MacAddress, endpoint.Aliases))];

    /// <summary>Those on the shared networks, as the engine has them now.</summary>
    public static System.Collections.Immutable.ImmutableArray<MoveEndpoint> Of(ContainerDetail container, IEnumerable<string> networks) =>
    [
        .. from network in networks
           let attachment = container.On(network)
           where attachment is not null
           select new MoveEndpoint(network, attachment.Address ?? attachment.FixedAddress, attachment.MacAddress, attachment.Aliases),
    ];
}
