namespace OverlayBridge.Overlay.Plans;

/// <summary>
/// One step of a run: check, act, verify; done twice it changes nothing. Carried out by the agent of <paramref name="Host"/>, one at a time there.
/// </summary>
/// <param name="Id">Unique in the plan and the same whenever the plan is expanded: <c>convert-host.h1</c>. A segment of a key.</param>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Host">Whose agent carries it out.</param>
/// <param name="Network">Name, for steps about a network.</param>
/// <param name="Container">Name, for steps about a container of the host.</param>
/// <param name="Timeout">After this the step has failed.</param>
public sealed record PlanStep(
    string Id, StepKind Kind, string Stage, string Host, string? Network, string? Container, TimeSpan Timeout)
{
    /// <summary>Name, for steps about a Compose project of the host.</summary>
    public string? Project { get; init; }
}

/// <summary>What a step does; each has a way back but <see cref="Retire"/>.</summary>
public enum StepKind
{
    /// <summary>The engines' store is this cluster (a takeover is committed), and this host reaches it. Changes nothing.</summary>
    CheckStore,

    /// <summary>As <c>network expose</c>, at the manager.</summary>
    ExposeNetwork,

    /// <summary>The engine leaves the old store and joins the swarm, its containers keep identity, address and MAC; upgraded in the same stop where the plan says so.</summary>
    ConvertHost,

    /// <summary>A converted host's engine is exchanged for the plan's version.</summary>
    UpgradeEngine,

    /// <summary>One container is made anew on a swarm host, at its address.</summary>
    MoveContainer,

    /// <summary>A Compose project of the host is brought up from its files again, with the transition's override.</summary>
    UpdateCompose,

    /// <summary>What the store still holds of a converted host (node, stale endpoints, addresses) is removed.</summary>
    CleanRecords,

    /// <summary>The entries and names between the sides go; the swarm network stays, and with it the applications.</summary>
    Unexpose,

    /// <summary>The store is archived, the bridge's records, redirects and agents go. One-way.</summary>
    Retire,
}
