using System.Net;
using OverlayBridge.Migration.Agent.Naming;
using OverlayBridge.Migration.Agent.Tasks;

namespace OverlayBridge.Migration.Agent;

/// <summary>Who an agent is and where it works.</summary>
/// <param name="HostName">Unique among the agents; the HOST of its keys.</param>
/// <param name="Vtep">The address at which other hosts reach this host's VXLAN port.</param>
/// <param name="NamespaceFolder">Where the engine keeps its namespace files: <c>/run/docker/netns</c>.</param>
/// <param name="DataFolder">Where the agent remembers which entries are its own.</param>
/// <param name="Version">Of this program.</param>
public sealed record AgentOptions(string HostName, IPAddress Vtep, string NamespaceFolder, string DataFolder, string Version)
{
    /// <summary>The agent's own id, which it keeps over restarts.</summary>
    public string AgentId { get; init; } = Guid.NewGuid().ToString("N");

    /// <summary>How the engine is stopped, started and configured when this host is converted.</summary>
    public EngineControl Engine { get; init; } = EngineControl.Systemd;

    /// <summary>Where names are served; null for nowhere.</summary>
    public NameListening? Names { get; init; }

    /// <summary>Of the host: servers for containers that have none of their own.</summary>
    public string ResolvConf { get; init; } = "/etc/resolv.conf";

    /// <summary>The control node calls a host lost after three times this.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the kernel's tables are compared with what they must be though nothing was heard to change.</summary>
    public TimeSpan HealInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the host's own keys are read again and put right.</summary>
    public TimeSpan RecheckInterval { get; init; } = TimeSpan.FromSeconds(60);
}
