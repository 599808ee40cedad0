using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.Sources.ZooKeeper;

/// <summary>Where a ZooKeeper's servers are, and how long a client is patient with them.</summary>
/// <param name="Name">What to call the store in messages, without secrets.</param>
/// <param name="Servers">Tried in this order, from the one that answered last.</param>
public sealed record ZooKeeperOptions(string Name, ImmutableArray<ServerAddress> Servers)
{
    /// <summary><c>USER:PASSWORD</c> for ZooKeeper's scheme <c>digest</c>; null for none.</summary>
    public string? Digest { get; init; }

    /// <summary>Longest wait for a TCP connection to one server.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What is asked for; the server may change it. Silence for so long ends the session on both sides.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long servers that take connections and close them, having no leader, are borne, asking again.</summary>
    public TimeSpan LeaderPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Makes the TCP connection, for a store that is reached in an unusual way; null for the system's own.</summary>
    public Func<DnsEndPoint, CancellationToken, ValueTask<Stream>>? Connect { get; init; }

    public SourceLimits Limits { get; init; } = SourceLimits.Default;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told how far a read is.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }
}
