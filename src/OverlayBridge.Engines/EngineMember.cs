using System.Net;

namespace OverlayBridge.Engines;

/// <summary>A running container's address on one network of its host, such as docker_gwbridge.</summary>
public sealed record EngineMember(string ContainerId, IPAddress Address);
