using System.Collections.Immutable;
using OverlayBridge.Engines;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>
/// What is to be done next to a host that goes into the swarm, or back: a pure function of how it stands. Nothing depends on what was done before, so
/// whoever is interrupted, at whatever moment, goes on by looking again.
/// </summary>
internal static class ConversionDecision
{
    /// <returns>Null: the host is in the swarm, as it should be.</returns>
    public static HostMove? Forward(HostSituation now, ConversionNotes? notes, ConversionGoal goal)
    {
        if (notes is null)
            return new HostMove.Save();
        var modes = ModeChanges(now, notes.Before, goal);
        if (now.Engine is not { } engine)
            return !notes.IsStopped ? new HostMove.StopEngine()
                : !now.StrayDevices.IsEmpty ? new HostMove.RemoveDevices(now.StrayDevices)
                : HasToCleanUp(now, notes, goal) ? new HostMove.StartAsItWas()
                : modes.Length > 0 ? new HostMove.RenameModes(modes)
                : !DaemonJson.IsForSwarm(now.DaemonJson, notes.Resolvers) ? new HostMove.WriteDaemonJson(DaemonJson.ForSwarm(now.DaemonJson, notes.Resolvers), ForSwarmWords(notes))
                : now.LostAddresses.IsEmpty ? new HostMove.StartEngine(goal.Version)
                : new HostMove.KeepAddresses(Ordered(now.LostAddresses));
        if (engine.ClusterStore.Length > 0 || DaemonJson.StoreOf(now.DaemonJson) is not null || modes.Length > 0 || !ConversionGoal.IsVersion(engine.Version, goal.Version))
            return new HostMove.StopEngine();
        if (now.CannotJoin) // what is in its way goes while it is stopped, and an engine in the swarm forgets at its start what it was killed over
            return new HostMove.StopEngine();
        if (engine.SwarmState != "active")
            return engine.SwarmState is "error" or "locked" ? new HostMove.LeaveSwarm(engine.NodeId) : new HostMove.JoinSwarm(goal.Manager);
        // Names first: the holder takes its time, and nobody waits for it.
        return Together([.. Connections(now, notes.Before, static (attachment, endpoint) => attachment.NetworkId != endpoint.LegacyNetworkId, static there => there.IsRunning)])
            ?? Starts(now, notes.Before)
            ?? (now.AreRecordsKnown ? Records([.. now.EngineRecords]) : null) // of an engine that was killed: with them the host would still count as a legacy one
            ?? MissingRecords(now, notes.Before)
            ?? goal.Networks.Where(network => UsedBy(notes.Before, network.LegacyId) && !now.HasHolder(network.Name))
                .Select(static network => new HostMove.RunHolder(network.Name)).FirstOrDefault()
            ?? (now.AreRecordsKnown ? (HostMove?)RecordsOfNobody(now) ?? Counts(now) : new HostMove.AwaitStore());
    }

    /// <summary>
    /// A legacy engine that comes to its end deletes its endpoints from the store; one that left them has crashed. The same engine cleans its files up when it starts in the
    /// swarm; another version does not. Where the store is silent nobody waits for it: the host is to come up again.
    /// </summary>
    private static bool HasToCleanUp(HostSituation now, ConversionNotes notes, ConversionGoal goal) =>
        !notes.IsCleanedUp && now.AreRecordsKnown && !now.EngineRecords.IsEmpty && DaemonJson.StoreOf(now.DaemonJson) is not null &&
        !ConversionGoal.IsVersion(notes.Before.EngineVersion, goal.Version);

    /// <returns>Null: the host is legacy, as it was.</returns>
    public static HostMove? Backward(HostSituation now, ConversionNotes? notes, ConversionGoal goal)
    {
        if (notes is null)
            return null;
        var hasGhosts = now.CannotJoin || notes.HasGhosts;
        if (now.Engine is not { } engine)
            return !notes.IsStopped ? new HostMove.StopEngine()
                : !now.StrayDevices.IsEmpty ? new HostMove.RemoveDevices(now.StrayDevices)
                : now.IsInSwarm ? ToLeave(now, notes, goal)
                : hasGhosts ? new HostMove.StartWithoutStore(DaemonJson.ForSwarm(now.DaemonJson, notes.Resolvers))
                : !now.AreRecordsKnown ? new HostMove.AwaitStore()
                : (HostMove?)Records([.. now.OwnRecords, .. now.EngineRecords])
                ?? (!now.KeptAddresses.IsEmpty ? new HostMove.FreeAddresses(Ordered(now.KeptAddresses)) : (HostMove?)null)
                ?? (now.DaemonJson != notes.DaemonJson ? (HostMove)new HostMove.WriteDaemonJson(notes.DaemonJson, "as it was before") : new HostMove.StartEngine(null));
        if (engine.ClusterStore.Length == 0)
            return (HostMove?)goal.Networks.Where(network => now.Containers.Any(container => container.Name == Holder.NameFor(network.Name)))
                    .Select(static network => new HostMove.RemoveHolder(network.Name)).FirstOrDefault()
                ?? (engine.SwarmState == "inactive" ? (HostMove)new HostMove.StopEngine() : new HostMove.LeaveSwarm(engine.NodeId));
        if (!ConversionGoal.IsVersion(engine.Version, notes.Before.EngineVersion))
            return new HostMove.StopEngine();
        return (now.AreRecordsKnown ? (HostMove?)Records([.. now.OwnRecords]) : new HostMove.AwaitStore())
            ?? (now.HalfMade.IsEmpty ? null : new HostMove.DeleteHalfMade(Ordered(now.HalfMade)))
            ?? (hasGhosts ? new HostMove.StopEngine() : null)
            ?? Reconnection(now, notes.Before)
            ?? Counts(now)
            ?? (notes.LeftNodes.IsEmpty ? (HostMove)new HostMove.Forget() : new HostMove.RemoveNodes(goal.Manager, notes.LeftNodes));
    }

    /// <summary>
    /// An engine that was killed before it left the swarm is started there once more to leave: with a store it would not start ("incompatible with swarm mode").
    /// </summary>
    private static HostMove ToLeave(HostSituation now, ConversionNotes notes, ConversionGoal goal) =>
        DaemonJson.StoreOf(now.DaemonJson) is null
            ? new HostMove.StartEngine(goal.Version)
            : new HostMove.WriteDaemonJson(DaemonJson.ForSwarm(now.DaemonJson, notes.Resolvers), ForSwarmWords(notes));

    /// <summary>
    /// Whether what comes next may depend on the legacy store. Not while containers are down that the engine in the swarm can start: they would stand still
    /// for every question to the store.
    /// </summary>
    public static bool NeedsRecords(HostSituation now, HostConversion before) => now.Engine is not { ClusterStore: "" } || Starts(now, before) is null;

    /// <summary>What is not as it was on a host that is done: a line each.</summary>
    public static ImmutableArray<string> Differences(HostSituation now, HostConversion before) =>
        now.Engine is null ? ["its engine does not answer"] : [.. before.Containers.Where(static container => container.WasRunning).SelectMany(container => Differences(now.Container(container.Id), container))];

    private static IEnumerable<string> Differences(ContainerDetail? there, ConvertedContainer before)
    {
        if (there is null)
        {
            yield return $"{before.Name} is gone: somebody removed it meanwhile";
            yield break;
        }
        if (!there.IsRunning)
            yield return $"{before.Name} is {there.State}, not running";
        foreach (var endpoint in before.Endpoints)
            if (there.On(endpoint.Network) is not { } attachment)
                yield return $"{before.Name} is not on {endpoint.Network}";
            else if (there.IsRunning && !Equals(attachment.Address, endpoint.Address))
                yield return $"{before.Name} has {attachment.Address?.ToString() ?? "no address"} on {endpoint.Network}, not {endpoint.Address}";
            else if (there.IsRunning && !Equals(attachment.MacAddress, endpoint.MacAddress))
                yield return $"{before.Name} has MAC {attachment.MacAddress?.ToColonText() ?? "none"} on {endpoint.Network}, not {endpoint.MacAddress?.ToColonText()}";
    }

    /// <summary>What is down is connected at one go: nobody is served until the last one is, and each look at a host with many containers takes its time.</summary>
    private static HostMove? Together(ImmutableArray<HostMove.Connect> connections) =>
        connections.FirstOrDefault(static one => one.LeavesFirst) ?? (connections switch
        {
            [] => (HostMove?)null,
            [var one] => one,
            _ => new HostMove.ConnectAll(connections),
        });

    /// <summary>Containers that are not on a network as they should be. One that somebody removed meanwhile is passed over.</summary>
    /// <param name="leaves">Whether a container is taken off what it stands on there under the network's name.</param>
    private static IEnumerable<HostMove.Connect> Connections(
        HostSituation now, HostConversion before, Func<ContainerAttachment, ConvertedEndpoint, bool> isRightSide, Func<ContainerDetail, bool> leaves) =>
        from container in before.Containers
        let there = now.Container(container.Id)
        where there is not null
        from endpoint in container.Endpoints
        let attachment = there.On(endpoint.Network)
        where attachment is null || !isRightSide(attachment, endpoint) || !HasAddress(there, attachment, endpoint) || endpoint.Aliases.Except(attachment.Aliases).Any() ||
            now.Unrecorded.Contains((container.Id, attachment.NetworkId))
        select new HostMove.Connect(container.Id, container.Name, endpoint.Network, endpoint.Address, endpoint.Aliases, LeavesFirst: attachment is not null && leaves(there));

    private static bool HasAddress(ContainerDetail container, ContainerAttachment attachment, ConvertedEndpoint endpoint) =>
        endpoint.Address is null || Equals(container.IsRunning ? attachment.Address : attachment.FixedAddress, endpoint.Address);

    private static HostMove.StartContainers? Starts(HostSituation now, HostConversion before)
    {
        var still = before.Containers.Where(container => container.WasRunning && now.Container(container.Id) is { IsRunning: false }).ToList();
        return still.Count == 0 ? null : new HostMove.StartContainers([.. still.Select(static c => c.Id)], [.. still.Select(static c => c.Name)]);
    }

    /// <summary>Nothing while the records are not known.</summary>
    private static HostMove.WriteRecords? MissingRecords(HostSituation now, HostConversion before)
    {
        if (!now.AreRecordsKnown)
            return null;
        ImmutableArray<LegacyEndpoint> missing =
        [
            .. LegacyEndpoints.Own(before).Where(record => !now.OwnRecords.Contains(record) && now.Container(record.ContainerId) is not null),
        ];
        return missing.IsEmpty ? null : new HostMove.WriteRecords(missing);
    }

    /// <summary>
    /// An engine that somebody started between its stop and ours does not get an address that is kept from it, nor does one that was killed when it had taken
    /// the address and not yet written down for whom: it is stopped once more.
    /// </summary>
    private static HostMove? Reconnection(HostSituation now, HostConversion before)
    {
        // An engine that was killed while it left may still have the swarm's network with its containers. It leaves a container that is down as it is, without a word, where
        // it is on a network of the name; one that it connected while it was down has the name alone.
        var connect = Connections(
            now, before, static (attachment, endpoint) => attachment.NetworkId == endpoint.LegacyNetworkId || attachment.NetworkId.Length == 0, static _ => true).FirstOrDefault();
        var change = (HostMove?)connect ?? Starts(now, before);
        bool IsNext(LegacyEndpoint kept) =>
            connect is not null ? kept.ContainerId == connect.ContainerId && kept.Network == connect.Network : change is HostMove.StartContainers start && start.Ids.Contains(kept.ContainerId);
        return now.KeptAddresses.Any(IsNext)
            ? new HostMove.StopEngine(HasGhosts: true)
            : change;
    }

    /// <summary>Of containers that somebody removed after their records were written.</summary>
    private static HostMove.DeleteRecords? RecordsOfNobody(HostSituation now) => Records([.. now.OwnRecords.Where(record => now.Container(record.ContainerId) is null)]);

    /// <summary>At the very end: nobody waits for it.</summary>
    private static HostMove.MendCount? Counts(HostSituation now) => now.WrongCounts.IsEmpty ? null : new HostMove.MendCount(now.WrongCounts[0]);

    private static HostMove.DeleteRecords? Records(ImmutableArray<LegacyEndpoint> there) => there.IsEmpty ? null : new HostMove.DeleteRecords(Ordered(there));

    private static ImmutableArray<LegacyEndpoint> Ordered(IEnumerable<LegacyEndpoint> endpoints) =>
        [.. endpoints.OrderBy(static record => record.Container, StringComparer.Ordinal).ThenBy(static record => record.EndpointId, StringComparer.Ordinal)];

    private static ImmutableArray<NetworkModeChange> ModeChanges(HostSituation now, HostConversion before, ConversionGoal goal) =>
    [
        .. from container in before.Containers
           from network in goal.Networks
           where now.NetworkModes.GetValueOrDefault(container.Id) == network.LegacyId
           select new NetworkModeChange(container.Id, network.LegacyId, network.Name),
    ];

    private static string ForSwarmWords(ConversionNotes notes) =>
        notes.Resolvers.IsEmpty ? "without cluster-store" : $"without cluster-store, with the name servers {string.Join(", ", notes.Resolvers)}";

    private static bool UsedBy(HostConversion before, string legacyId) => before.Containers.Any(c => c.Endpoints.Any(e => e.LegacyNetworkId == legacyId));
}
