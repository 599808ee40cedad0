using System.Collections.Immutable;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>What stands in the way of a move, looked for while the container still runs where it is: nothing of it may be lost. Pure.</summary>
internal static class MoveChecks
{
    private const int MostNamed = 5;

    /// <summary>The engine's own: where it puts the init of a container that has one.</summary>
    private const string Init = "/sbin/docker-init";

    /// <summary>Places of which programs expect nothing to be left after a restart, and logs, which stay in the old container.</summary>
    private static readonly ImmutableArray<string> Volatile = ["/tmp", "/run", "/var/run", "/var/tmp", "/var/cache", "/var/lock", "/var/log", "/dev", "/proc", "/sys"];

    /// <param name="here">The container.</param>
    /// <param name="others">All containers of its host.</param>
    public static ImmutableArray<Obstacle> OfContainer(
        ContainerDetail here, MovePaper paper, ImmutableArray<LayerChange> changes, ImmutableArray<ContainerDetail> others, MoveGoal goal) =>
    [
        .. State(here),
        .. Networks(here, paper, others, goal),
        .. Mounts(here, goal),
        .. MoveRules.Of(here.Name, paper.Config, paper.Host, Stay(goal.Host)),
        .. Files(here, changes, goal),
    ];

    /// <param name="target">Its record; null: there is none.</param>
    /// <param name="exposures">All.</param>
    /// <param name="attachments">Of all hosts.</param>
    /// <param name="isDryRun">What an earlier step of the same plan brings about need not be there yet.</param>
    public static ImmutableArray<Obstacle> OfTarget(
        ContainerDetail here, MoveGoal goal, HostRecord? target, ImmutableArray<ExposureRecord> exposures, ImmutableArray<(string Host, AttachmentRecord Attachment)> attachments,
        bool isDryRun) =>
    [
        .. target is { State: HostState.Up, Engine: EngineState.Up, Swarm: { State: "active" } }
            ? (Obstacle[])[]
            : [new($"No agent stands on {goal.Target} beside an engine that is in the swarm.", $"See that both run there, and that {goal.Target} is ready in docker node ls.")],
        .. from network in goal.Networks
           where !isDryRun && here.On(network.Name) is not null
           let exposure = exposures.FirstOrDefault(exposure => exposure.LegacyNetworkId == network.Id)
           where exposure is not { State: ExposureState.Active } || exposure.Name != network.Name
           select new Obstacle($"The network {network.Name} is not exposed.", $"Run the step that exposes it, or: overlaybridge network expose {network.Name}"),
        .. from attachment in here.Attachments
           let swarmId = exposures.FirstOrDefault(exposure => exposure.Name == attachment.Network)?.SwarmNetworkId
           where swarmId is not null && attachment.Address is not null
           from other in attachments
           where other.Attachment.NetworkId == swarmId && other.Attachment.Address.Address.Equals(attachment.Address)
           select new Obstacle(
               $"{here.Name}'s address {attachment.Address} on {attachment.Network} is taken on the swarm side, by {other.Attachment.ContainerName} on {other.Host}.",
               "Two live containers have one address: stop one of them, and give it another."),
    ];

    /// <param name="there">What the target's agent answered.</param>
    public static ImmutableArray<Obstacle> OfPlace(MovePaper paper, MoveGoal goal, MoveAnswer there) =>
    [
        .. there.HasImage
            ? (Obstacle[])[]
            : [new(
                $"The image of {goal.Name}, {paper.ImageName} ({paper.Image}), is not on {goal.Target}.",
                $"Bring it there: docker save {paper.ImageName} | ssh {goal.Target} docker load")],
        .. there.State.Length > 0 && !there.IsOurs
            ? (Obstacle[])[new($"{goal.Target} has another container called {goal.Name} ({there.State}).", $"Rename or remove it there: docker rename {goal.Name} NEW-NAME")]
            : [],
    ];

    /// <summary>Paths that were written and that a program may count on.</summary>
    /// <param name="leaveBehind">Paths of which nothing is needed.</param>
    public static ImmutableArray<string> Written(ImmutableArray<LayerChange> changes, ImmutableArray<string> leaveBehind)
    {
        var paths = changes.Select(static change => change.Path).ToImmutableSortedSet(StringComparer.Ordinal);
        return
        [
            .. from change in changes
               where change.Path != Init && !Volatile.Concat(leaveBehind).Any(place => change.Path == place || change.Path.StartsWith(place + "/", StringComparison.Ordinal))
               // A folder is told because of what is in it.
               where change.Kind == LayerChangeKind.Removed || !HasBelow(paths, change.Path)
               orderby change.Path
               select change.Path,
        ];
    }

    private static bool HasBelow(ImmutableSortedSet<string> paths, string path)
    {
        var at = paths.IndexOf(path + "/");
        return ~at < paths.Count && paths[~at].StartsWith(path + "/", StringComparison.Ordinal);
    }

    private static IEnumerable<Obstacle> State(ContainerDetail here)
    {
        if (here.State is "restarting" or "removing" or "dead" or "paused")
            yield return new($"{here.Name} is {here.State}.", "Mend, unpause, stop or remove it first.");
        if (here.Labels.ContainsKey("com.docker.swarm.task.id"))
            yield return new($"{here.Name} is a task of a swarm service.", "Move it by the service: docker service update --constraint-add");
    }

    private static IEnumerable<Obstacle> Networks(ContainerDetail here, MovePaper paper, ImmutableArray<ContainerDetail> others, MoveGoal goal)
    {
        foreach (var attachment in here.Attachments.Where(attachment => goal.Networks.All(network => network.Name != attachment.Network)))
            yield return new(
                $"{here.Name} is on the network {attachment.Network} too, which stays on this host.",
                $"Take it off, if nothing needs it (docker network disconnect {attachment.Network} {here.Name}), or {Stay(goal.Host)}.");
        if (others.Where(other => other.NetworkMode == $"container:{here.Id}").Select(static other => other.Name).ToList() is { Count: > 0 } guests)
            yield return new($"{string.Join(", ", guests)} {(guests.Count == 1 ? "uses" : "use")} the network of {here.Name} (--network container:), and would have none.", $"Stop {(guests.Count == 1 ? "it" : "them")}, or {Stay(goal.Host)}.");
        if (paper.Networks.Any(static network => MovePaper.HasAny(network.Value?["Links"])) && !MovePaper.HasAny(paper.Host["Links"]))
            yield return MoveRules.Linked(here.Name);
    }

    private static IEnumerable<Obstacle> Mounts(ContainerDetail here, MoveGoal goal)
    {
        foreach (var mount in here.Mounts.Where(static mount => mount.Type != "tmpfs"))
            yield return new(
                $"{here.Name} has {(mount.Type == "bind" ? $"the host's {mount.Source}" : $"the {mount.Type} {mount.Source}")} at {mount.Destination}: it stays on this host.",
                $"To keep it, {Stay(goal.Host)}.");
    }

    private static IEnumerable<Obstacle> Files(ContainerDetail here, ImmutableArray<LayerChange> changes, MoveGoal goal)
    {
        if (Written(changes, goal.LeaveBehind) is { IsEmpty: false } written)
            yield return new(
                $"{here.Name} has written files of its own, which would stay behind: {string.Join(", ", written.Take(MostNamed))}{(written.Length > MostNamed ? $" and {written.Length - MostNamed} more" : "")}.",
                $"See all of them with docker diff {here.Name}. What is not needed there, list in the plan under 'leaveBehind' of the container; else {Stay(goal.Host)}.");
    }

    /// <summary>The way out for a container that cannot do without what its host has.</summary>
    public static string Stay(string host) => $"give {host} the strategy convert-host: its containers stay where their files are";
}
