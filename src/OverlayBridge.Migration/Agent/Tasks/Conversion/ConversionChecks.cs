using System.Collections.Immutable;
using OverlayBridge.Engines;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>What stands in the way of a conversion, looked for while the engine still runs. Pure.</summary>
internal static class ConversionChecks
{
    /// <summary>What is worth to be told beforehand.</summary>
    private static readonly TimeSpan SlowStop = TimeSpan.FromSeconds(10);

    /// <summary>A data root with less is as good as full: the engine writes its state while it starts.</summary>
    private const long LeastFree = 256L << 20;

    /// <param name="plan">The plan's networks.</param>
    /// <param name="exposures">All.</param>
    /// <param name="others">Attachments of all hosts to the swarm networks of the plan.</param>
    /// <param name="freeBytes">On the data root's disk; null where that is not known.</param>
    /// <param name="isDryRun">A network that an earlier step of the plan exposes need not be exposed yet.</param>
    public static ImmutableArray<Obstacle> Find(
        HostSituation now,
        EngineSetup engine,
        ImmutableArray<PlanNetwork> plan,
        ImmutableArray<ExposureRecord> exposures,
        ImmutableArray<(string Host, AttachmentRecord Attachment)> others,
        long? freeBytes,
        bool isDryRun) =>
    [
        .. Engine(now, engine),
        .. Networks(plan, exposures, isDryRun),
        .. Containers(now, plan),
        .. Addresses(now, plan, exposures, others),
        .. freeBytes < LeastFree
            ? (Obstacle[])[new($"The disk of {engine.DataRoot} has {freeBytes >> 20} MiB free.", "Make room: the engine writes its state when it stops and starts.")]
            : [],
    ];

    /// <summary>What works, but takes long: containers that do not end by themselves. One line each.</summary>
    public static ImmutableArray<string> SlowStops(HostSituation now) =>
    [
        .. from container in now.Containers
           where container.IsRunning
           let patience = container.StopPatience
           where patience >= SlowStop && !container.HasInit
           select $"{container.Name} runs without an init; if it ignores SIGTERM, stopping takes {patience.TotalSeconds:0} s",
    ];

    private static IEnumerable<Obstacle> Engine(HostSituation now, EngineSetup engine)
    {
        if (engine.ClusterStore.Length == 0)
            yield return new(
                $"The engine {engine.Version} here works on no store: it is converted already, or was started without cluster-store.",
                "Plan anew if the host is converted; else start the engine as it was, once, so that it takes up its networks.");
        else if (DaemonJson.Parse(now.DaemonJson) is null)
            yield return new("daemon.json is no JSON object.", "Mend the file; the engine could not start with it either.");
        else if (DaemonJson.StoreOf(now.DaemonJson) is null)
            yield return new(
                "The engine's store is given on its command line, not in daemon.json, so that it cannot be taken away there.",
                "Move --cluster-store and --cluster-advertise from the command line (docker.service) to daemon.json, or name the right file in --engine-control, and restart the engine.");
        if (engine.LiveRestore)
            yield return new(
                "The engine has live-restore: its containers would run on while it is stopped, and keep their old network.",
                "Take live-restore out of daemon.json, and reload the engine.");
        if (engine.SwarmState != "inactive")
            yield return new($"The engine is in a swarm already ({engine.SwarmState}).", "Let it leave: docker swarm leave.");
    }

    private static IEnumerable<Obstacle> Networks(ImmutableArray<PlanNetwork> plan, ImmutableArray<ExposureRecord> exposures, bool isDryRun) =>
        from network in plan
        let exposure = exposures.FirstOrDefault(exposure => exposure.LegacyNetworkId == network.Id)
        where exposure is null ? !isDryRun : exposure.State != ExposureState.Active || exposure.Name != network.Name
        select new Obstacle(
            $"The network {network.Name} is not exposed{(exposure is null ? "" : $" (its exposure '{exposure.Name}' is {exposure.State.ToString().ToLowerInvariant()})")}.",
            $"Run the step that exposes it, or: overlaybridge network expose {network.Name}");

    private static IEnumerable<Obstacle> Containers(HostSituation now, ImmutableArray<PlanNetwork> plan)
    {
        foreach (var container in now.Containers)
        {
            if (container.State is "restarting" or "removing" or "dead")
                yield return new($"{container.Name} is {container.State}.", "Mend, stop or remove it first.");
            if (container.State == "paused")
                yield return new($"{container.Name} is paused: it would come back running.", $"docker unpause {container.Name}, or stop it.");
            if (IsId(container.NetworkMode) && plan.All(network => network.Id != container.NetworkMode) && container.Attachments.All(a => a.NetworkId != container.NetworkMode))
                yield return new(
                    $"{container.Name} was made with the network {container.NetworkMode[..12]}, which this host does not know any more.", "Remove the container, or make it anew.");
        }
    }

    /// <summary>An address that the swarm side has taken: swarm would refuse it when the container is on its way already.</summary>
    private static IEnumerable<Obstacle> Addresses(
        HostSituation now, ImmutableArray<PlanNetwork> plan, ImmutableArray<ExposureRecord> exposures, ImmutableArray<(string Host, AttachmentRecord Attachment)> others) =>
        from network in plan
        let swarmId = exposures.FirstOrDefault(exposure => exposure.LegacyNetworkId == network.Id)?.SwarmNetworkId
        where swarmId is not null
        from container in now.Containers
        from attachment in container.Attachments
        where attachment.NetworkId == network.Id && attachment.Address is not null
        from other in others
        where other.Attachment.NetworkId == swarmId && other.Attachment.Address.Address.Equals(attachment.Address)
        select new Obstacle(
            $"{container.Name}'s address {attachment.Address} on {network.Name} is taken on the swarm side, by {other.Attachment.ContainerName} on {other.Host}.",
            "Two live containers have one address: stop one of them, and give it another.");

    private static bool IsId(string mode) => mode.Length == 64 && mode.All(char.IsAsciiHexDigitLower);
}

/// <param name="What">Stands in the way.</param>
/// <param name="Remedy">Takes it away.</param>
internal sealed record Obstacle(string What, string Remedy);
