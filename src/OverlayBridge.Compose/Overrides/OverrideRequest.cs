using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.Compose.Overrides;

/// <summary>What an override is to do.</summary>
/// <param name="Server">The name server of the agents, as containers reach it; null to leave name servers alone.</param>
/// <param name="Addresses">Fixed addresses that are wanted.</param>
/// <param name="KeepAddresses">Each service keeps the address that its container has now.</param>
/// <param name="For">The Compose that is to read it.</param>
public sealed record OverrideRequest(IPAddress? Server, ImmutableArray<WantedAddress> Addresses, bool KeepAddresses, ComposeGeneration For);

/// <param name="Network">Its key in the file; null for the one shared network that the service is on.</param>
public sealed record WantedAddress(string Service, string? Network, IPAddress Address);

/// <summary>The two programs, which merge files differently.</summary>
public enum ComposeGeneration
{
    /// <summary><c>docker-compose</c> 1.x, in Python: networks are replaced whole, no <c>!override</c>.</summary>
    One = 1,

    /// <summary><c>docker compose</c> 2.x: networks are merged; <c>!override</c> since 2.24.4.</summary>
    Two = 2,
}
