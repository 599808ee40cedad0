namespace OverlayBridge.Overlay.Audit;

/// <summary>How much was looked at; counted as in the inventory.</summary>
/// <param name="Networks">Networks that have an N key.</param>
/// <param name="Endpoints">Readable endpoints, those of remnants included.</param>
/// <param name="Pools">Master pools.</param>
/// <param name="Hosts">Hosts that discovery knows or that endpoints name.</param>
public sealed record AuditCounts(int Networks, int Endpoints, int Pools, int Hosts);
