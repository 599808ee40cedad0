namespace OverlayBridge.Overlay.Runs.Simulation;

/// <summary>What goes wrong at a step, the first time that it is tried.</summary>
public sealed record SimulatedFault(string Host, string Step, SimulatedFaultKind Kind);

/// <summary>How.</summary>
public enum SimulatedFaultKind
{
    /// <summary>The host and its agent die while they act; its containers are down until the host is started again.</summary>
    HostDies,

    /// <summary>The agent tells a failure after it acted: the engine is down, and its containers with it.</summary>
    EngineStaysDown,

    /// <summary>The check says no; nothing was changed.</summary>
    Refused,
}
