using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent;

/// <summary>The store as an agent uses it.</summary>
/// <param name="Steps">For what is done once, and must bear an election.</param>
/// <param name="Loops">For what is done again and again: it fails at once where the store has no leader, and all loops wait together (<see cref="StoreAbsence"/>).</param>
public sealed record AgentStore(IConsulClient Steps, IConsulClient Loops) : IDisposable
{
    public void Dispose()
    {
        Steps.Dispose();
        Loops.Dispose();
    }
}
