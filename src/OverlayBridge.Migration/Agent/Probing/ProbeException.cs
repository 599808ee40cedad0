namespace OverlayBridge.Migration.Agent.Probing;

/// <summary>What is in the way of a probe, for people.</summary>
internal sealed class ProbeException(string message) : Exception(message);
