using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Sources.Tls;

namespace OverlayBridge.Sources.Http;

/// <summary>Where a store's servers are, and how long a client is patient with them.</summary>
/// <param name="Name">What to call the store in messages, without secrets.</param>
/// <param name="Servers">Tried in this order, from the one that answered last.</param>
public abstract record HttpTransportOptions(string Name, ImmutableArray<ServerAddress> Servers)
{
    public static TimeSpan UsualLeaderPatience { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Null for plain HTTP.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>Sent as <c>User-Agent</c>: what the server may put down in its logs and, a control node, in its history; null for none.</summary>
    public string? Program { get; init; }

    /// <summary>Longest wait for a TCP connection to one server.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for the head of an answer beyond what a blocking query asked for, and between two parts of a body. Consul holds a request for 7 s while it has no leader.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a store without a leader is borne, asking again.</summary>
    public TimeSpan LeaderPatience { get; init; } = UsualLeaderPatience;

    /// <summary>Makes the TCP connection, for a store that is reached in an unusual way; null for <see cref="MarkedConnection"/>.</summary>
    public Func<DnsEndPoint, CancellationToken, ValueTask<Stream>>? Connect { get; init; }

    public SourceLimits Limits { get; init; } = SourceLimits.Default;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told how far a list is.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }

    /// <summary>A header that carries the secret, or null.</summary>
    internal abstract (string Name, string Value)? Secret { get; }
}
