namespace OverlayBridge.Engines;

/// <summary>What <c>docker info</c> says of the engine itself.</summary>
/// <param name="Version">For example <c>20.10.5+dfsg1</c>.</param>
/// <param name="NodeId">Its id in the swarm; empty when it is in none.</param>
/// <param name="SwarmState"><c>inactive</c>, <c>pending</c>, <c>active</c>, <c>error</c> or <c>locked</c>.</param>
/// <param name="IsManager">Whether swarm's control API is available here.</param>
public sealed record EngineInfo(string Id, string Name, string Version, string NodeId, string SwarmState, bool IsManager)
{
    /// <summary>Nodes of the swarm, those that are down included; 0 where the engine does not tell, for it is no manager.</summary>
    public int SwarmNodes { get; init; }
}
