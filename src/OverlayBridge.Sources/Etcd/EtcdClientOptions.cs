using System.Collections.Immutable;
using System.Text;
using OverlayBridge.Sources.Http;

namespace OverlayBridge.Sources.Etcd;

/// <summary>Where a client of etcd's v2 API finds its servers, and how long it is patient.</summary>
/// <inheritdoc cref="HttpTransportOptions"/>
public sealed record EtcdClientOptions(string Name, ImmutableArray<ServerAddress> Servers) : HttpTransportOptions(Name, Servers)
{
    /// <summary><c>USER:PASSWORD</c> for basic authentication; null for none.</summary>
    public string? Credentials { get; init; }

    internal override (string Name, string Value)? Secret =>
        Credentials is null ? null : ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Credentials))}");
}
