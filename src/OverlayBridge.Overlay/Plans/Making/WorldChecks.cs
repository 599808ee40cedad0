using System.Net;
using OverlayBridge.Overlay.Plans.Checks;
using OverlayBridge.Overlay.Plans.Worlds;

namespace OverlayBridge.Overlay.Plans.Making;

/// <summary>What keeps a plan from being made of a world: something that is not known is never guessed.</summary>
internal static class WorldChecks
{
    public static IEnumerable<PlanRefusal> Of(PlanWorld world, PlanRequest request) => Hosts(world).Concat(Swarm(world, request)).Concat(Networks(world, request));

    private static IEnumerable<PlanRefusal> Hosts(PlanWorld world)
    {
        if (!world.LegacyHosts.Any())
            yield return new($"No legacy host is known.", "What runs on hosts is told by their agents (bridge://) or by their engines.", "Give --engine URI for each legacy host, or a control node whose agents run there as STATE.");
        foreach (var twin in world.Hosts.Where(HasAddress).GroupBy(static host => host.Name, StringComparer.Ordinal).Where(static group => group.Count() > 1))
            yield return new($"Two hosts are called '{twin.Key}': {string.Join(" and ", twin.Select(static host => host.Vtep))}.", "Hosts are told apart by their names.", "Give each host a name of its own: the agent's --name, or the machine's host name.");
        foreach (var host in world.Hosts.Where(static host => host.Trouble is not null))
            yield return new($"What is known of '{host.Name}' may be old.", $"Its {host.Trouble}.", "Start it, or ask its engine with --engine.");
        foreach (var silent in world.StoreHosts.Where(address => world.Hosts.All(host => !host.Vtep.Equals(address))))
            yield return new($"The store names the host {silent}, but nothing tells what runs there.", "A plan leaves no legacy host out: it would lose its networks in the end.", "Give --engine for it or start its agent; if it is gone for good, take it out of the store: overlaybridge audit, repair.");
        foreach (var host in world.Hosts.Where(static host => !HasAddress(host)))
            yield return world.Hosts.Any(known => known.Name == host.Name && HasAddress(known))
                // It may be the same host; guessed it is not, and what its engine is for the moment nobody plans with.
                ? new($"The engine of '{host.Name}' advertises no address, though a host of that name is known.", "It works on no store and is in no swarm, as in the middle of a conversion or of its way back.", "Wait until no step is at work there (overlaybridge migrate status), or leave out its --engine where its agent tells what runs there.")
                : new($"The address of '{host.Name}' is not known.", "Its engine advertises none, and it was not asked by address.", "Ask it as tcp://ADDRESS:PORT, or start an agent with --vtep.");
    }

    private static bool HasAddress(WorldHost host) => !host.Vtep.Equals(IPAddress.None);

    private static IEnumerable<PlanRefusal> Swarm(PlanWorld world, PlanRequest request)
    {
        var managers = world.Hosts.Where(static host => host.Side == WorldSide.SwarmManager).Select(static host => host.Name).ToList();
        if (request.Manager is { } asked && world.Hosts.FirstOrDefault(host => host.Name == asked) is { Side: not WorldSide.SwarmManager })
            yield return new($"'{asked}' is no swarm manager.", $"Managers that are known: {Listing.Of(managers)}.", "Name a manager with --manager.");
        else if (request.Manager is null && managers.Count == 0)
            yield return new("No swarm manager is known.", "The networks are exposed at one, and hosts join its swarm.", "Name it with --manager HOST (as its agent is called), or ask its engine with --engine.");
    }

    private static IEnumerable<PlanRefusal> Networks(PlanWorld world, PlanRequest request)
    {
        var known = world.Networks.Select(static network => network.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in request.Networks.Where(name => !known.Contains(name)))
            yield return new($"There is no legacy network '{name}'.", $"The store's networks are: {Listing.Of(known)}.", "Correct the name.");
        var taken = PlanMaker.Networks(world, request).Select(static network => network.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var obstacle in world.Networks.Where(network => taken.Contains(network.Name)).SelectMany(static network => network.Obstacles))
            yield return new(obstacle.What, obstacle.Why, obstacle.Remedy);
        foreach (var twin in world.Networks.Where(network => taken.Contains(network.Name)).GroupBy(static network => network.Name, StringComparer.Ordinal).Where(static group => group.Count() > 1))
            yield return new($"{twin.Count()} legacy networks are called '{twin.Key}'.", "A swarm network takes over the name, of one of them.", "Remove or rename what is not needed; 'overlaybridge audit' tells which (OB34).");
    }
}
