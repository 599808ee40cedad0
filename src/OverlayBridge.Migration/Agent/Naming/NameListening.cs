using System.Net;

namespace OverlayBridge.Migration.Agent.Naming;

/// <summary>Where an agent serves names.</summary>
/// <param name="Address">A fixed one; null for that of docker_gwbridge, as soon as the engine has made it.</param>
public sealed record NameListening(IPAddress? Address, int Port)
{
    public const int DefaultPort = 53;

    /// <summary>Which the engine makes with its first overlay or swarm network; every container on an overlay is on it too.</summary>
    public const string Bridge = "docker_gwbridge";

    public static NameListening Auto { get; } = new(null, DefaultPort);
}
