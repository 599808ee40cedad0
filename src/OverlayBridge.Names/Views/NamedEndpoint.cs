using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.Names.Views;

/// <summary>A container on a shared network, with all names that it answers to there.</summary>
/// <param name="Name">The container's own: what its address resolves to.</param>
/// <param name="Aliases">Network aliases, and the Compose service's name among them.</param>
/// <param name="Service">The swarm service that it is a task of; null when it is none.</param>
/// <param name="Address">IPv4.</param>
public sealed record NamedEndpoint(string Name, ImmutableArray<string> Aliases, string? Service, IPAddress Address);
