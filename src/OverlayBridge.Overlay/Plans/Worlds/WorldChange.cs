namespace OverlayBridge.Overlay.Plans.Worlds;

/// <summary>Something in which the world is not as a plan has it.</summary>
/// <param name="Subject">What changed: a host, <c>HOST/CONTAINER</c>, a network.</param>
/// <param name="Before">As the plan has it; null for something new.</param>
/// <param name="After">As it is; null for something that is gone.</param>
/// <param name="IsSafe">Whether the plan may take it over as it is, its stages unchanged.</param>
/// <param name="Remedy">What to do about it where that is not safe; empty else.</param>
public sealed record WorldChange(WorldChangeKind Kind, string Subject, string? Before, string? After, bool IsSafe, string Remedy)
{
    /// <summary>As a sentence.</summary>
    public string Message => Kind switch
    {
        WorldChangeKind.HostGone => $"The host '{Subject}' is gone.",
        WorldChangeKind.HostSilent => $"What is known of '{Subject}' may be old: its {After}.",
        WorldChangeKind.HostConverted => $"The host '{Subject}' is in the swarm already.",
        WorldChangeKind.HostNew => $"There is a new legacy host '{Subject}'.",
        WorldChangeKind.HostMoved => $"The host '{Subject}' has another address: {After} instead of {Before}.",
        WorldChangeKind.EngineChanged => $"The engine of '{Subject}' is {After} instead of {Before}.",
        WorldChangeKind.SwarmHostGone => $"The swarm host '{Subject}' is gone.",
        WorldChangeKind.ManagerLost => $"'{Subject}' is no swarm manager.",
        WorldChangeKind.NetworkGone => $"The network '{Subject}' is gone.",
        WorldChangeKind.NetworkChanged => $"The network '{Subject}' is another one: {After} instead of {Before}.",
        WorldChangeKind.NetworkNew => $"'{Subject}' is on the network '{After}', which is not in the plan.",
        WorldChangeKind.ContainerGone => $"The container '{Subject}' is gone.",
        WorldChangeKind.ContainerNew => $"There is a new container '{Subject}'.",
        WorldChangeKind.ContainerReplaced => $"The container '{Subject}' was made anew.",
        WorldChangeKind.ContainerStarted => $"The container '{Subject}' runs now.",
        WorldChangeKind.ContainerStopped => $"The container '{Subject}' does not run any more.",
        WorldChangeKind.AddressChanged => $"'{Subject}' has other addresses: {After ?? "none"} instead of {Before ?? "none"}.",
        _ => $"With these changes the plan does not hold: {After}",
    };
}

public enum WorldChangeKind
{
    HostGone,
    HostSilent,
    HostConverted,
    HostNew,
    HostMoved,
    EngineChanged,
    SwarmHostGone,
    ManagerLost,
    NetworkGone,
    NetworkChanged,
    NetworkNew,
    ContainerGone,
    ContainerNew,
    ContainerReplaced,
    ContainerStarted,
    ContainerStopped,

    /// <summary>Of a container: networks, addresses, MAC addresses or aliases.</summary>
    AddressChanged,

    /// <summary>With what is new the plan breaks one of its own demands.</summary>
    PlanBroken,
}
