using System.Collections.Immutable;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>
/// What is to be done next to a container that goes to another host, or back: a pure function of how it stands on both. Nothing depends on what was done before, so
/// whoever is interrupted, at whatever moment, goes on by looking again. The two are never started at the same time.
/// </summary>
internal static class MoveDecision
{
    /// <returns>Null: the container is where it is to go.</returns>
    public static ContainerMove? Forward(MoveSituation now, MovedContainer? notes, MoveGoal goal)
    {
        if (notes is null)
            return new ContainerMove.Save(goal.Name);
        if (!IsWhole(now.There, notes))
            return new ContainerMove.MakeThere(goal.Name, goal.Target, PlacesOf(notes));
        if (now.Here is { } here)
        {
            // First, for an engine that is started anew before the stop would start it again.
            if (now.Restart != ContainerRestart.None)
                return new ContainerMove.SetRestart(goal.Name, now.Restart, ContainerRestart.None);
            if (here.IsRunning)
                return new ContainerMove.StopHere(goal.Name, here.StopPatience);
        }
        if (!notes.Container.WasRunning)
            return null;
        // Before the start: from the stop on its address is free for whatever a legacy engine runs next.
        if (!now.EngineRecords.IsEmpty)
            return new ContainerMove.DeleteRecords(Sorted(now.EngineRecords));
        if (RecordsOf(notes).RemoveAll(now.OwnRecords.Contains) is { IsEmpty: false } missing)
            return new ContainerMove.WriteRecords(missing);
        return now.RunsThere && now.There.MissingHolders.IsEmpty ? Counts(now) : new ContainerMove.StartThere(goal.Name, goal.Target, now.There.MissingHolders);
    }

    /// <returns>Null: the container is where it was.</returns>
    public static ContainerMove? Backward(MoveSituation now, MovedContainer? notes, MoveGoal goal)
    {
        if (notes is null)
            return null;
        if (now.There.IsOurs)
            return new ContainerMove.RemoveThere(goal.Name, goal.Target);
        // Before the start: a legacy engine would find the name and the address of its own container taken.
        if (!now.OwnRecords.IsEmpty)
            return new ContainerMove.DeleteRecords(Sorted(now.OwnRecords));
        if (notes.Container.WasRunning && now.Here is { IsRunning: false } here)
            return Connection(here, notes, goal) ?? (ContainerMove)new ContainerMove.StartHere(goal.Name);
        return now.Here is not null && now.Restart != notes.Restart
            ? new ContainerMove.SetRestart(goal.Name, now.Restart, notes.Restart)
            : (ContainerMove?)Counts(now) ?? new ContainerMove.Forget(goal.Name);
    }

    /// <summary>At the very end: nobody waits for it.</summary>
    private static ContainerMove.MendCount? Counts(MoveSituation now) => now.WrongCounts.IsEmpty ? null : new ContainerMove.MendCount(now.WrongCounts[0]);

    /// <summary>What is not as it was before: a line each.</summary>
    /// <param name="there">Of the host on which it is to be now.</param>
    public static ImmutableArray<string> Differences(ImmutableArray<MoveEndpoint> there, ConvertedContainer before) =>
    [
        .. from endpoint in before.Endpoints
           let now = there.FirstOrDefault(one => one.Network == endpoint.Network)
           let difference = now is null ? $"is not on {endpoint.Network}"
               : endpoint.Address is not null && !Equals(now.Address, endpoint.Address) ? $"has {now.Address?.ToString() ?? "no address"} on {endpoint.Network}, not {endpoint.Address}"
               : endpoint.MacAddress is not null && !Equals(now.MacAddress, endpoint.MacAddress) ? $"has MAC {now.MacAddress?.ToColonText() ?? "none"} on {endpoint.Network}, not {endpoint.MacAddress.ToColonText()}"
               : null
           where difference is not null
           select $"{before.Name} {difference}",
    ];

    /// <summary>The bridge's records of the container, as legacy hosts know it while it is away.</summary>
    public static ImmutableArray<LegacyEndpoint> RecordsOf(MovedContainer moved) => LegacyEndpoints.Own(AsConversion(moved));

    /// <summary>Those that the legacy engine had.</summary>
    public static ImmutableArray<LegacyEndpoint> EngineRecordsOf(MovedContainer moved) => LegacyEndpoints.Engines(AsConversion(moved));

    private static HostConversion AsConversion(MovedContainer moved) => new(moved.Host, "", [moved.Container], moved.Begun);

    private static bool IsWhole(MoveAnswer there, MovedContainer notes) =>
        there.IsOurs && notes.Container.Endpoints.All(endpoint => there.Endpoints.Any(one => one.Network == endpoint.Network));

    private static ContainerMove.ConnectHere? Connection(ContainerDetail here, MovedContainer notes, MoveGoal goal) =>
        (from endpoint in notes.Container.Endpoints
         let address = endpoint.Address
         where address is not null && !Equals(here.On(endpoint.Network)?.FixedAddress, address)
         select new ContainerMove.ConnectHere(goal.Name, endpoint.Network, address, endpoint.Aliases)).FirstOrDefault();

    private static string PlacesOf(MovedContainer notes) => string.Join(
        ", ", notes.Container.Endpoints.Select(static endpoint =>
            $"on {endpoint.Network}{(endpoint.Address is { } address ? $" at {address}" : "")}{(endpoint.Aliases.IsEmpty ? "" : $" as {string.Join(", ", endpoint.Aliases)}")}"));

    private static ImmutableArray<LegacyEndpoint> Sorted(ImmutableHashSet<LegacyEndpoint> records) => [.. records.OrderBy(static record => record.EndpointId, StringComparer.Ordinal)];
}
