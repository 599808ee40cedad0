using System.Collections.Immutable;
using OverlayBridge.Sources.Http;

namespace OverlayBridge.Sources.Consul;

/// <summary>Where a client finds its servers, and how long it is patient.</summary>
/// <inheritdoc cref="HttpTransportOptions"/>
public sealed record ConsulClientOptions(string Name, ImmutableArray<ServerAddress> Servers) : HttpTransportOptions(Name, Servers)
{
    /// <summary>Sent as <c>X-Consul-Token</c>; null for none.</summary>
    public string? Token { get; init; }

    internal override (string Name, string Value)? Secret => Token is null ? null : ("X-Consul-Token", Token);
}
