using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace OverlayBridge.Gateway.Relay;

/// <summary>What a relay stands before, and its limits.</summary>
/// <param name="Servers">The old store, by host and port; the first that takes a connection is asked.</param>
public sealed record RelayOptions(ImmutableArray<DnsEndPoint> Servers)
{
    /// <summary>Sets up each socket to the old store before it connects.</summary>
    public Action<Socket> Prepare { get; init; } = static _ => { };

    /// <summary>More are closed at once.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>More are answered at once as Consul answers without a leader: nothing was done.</summary>
    public int MaxHeld { get; init; } = 4096;

    /// <summary>As long is a request held at most, longer than any takeover holds.</summary>
    public TimeSpan HeldFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>So long a request waits for an old store that takes no connection, as Consul lets requests wait for a leader.</summary>
    public TimeSpan OldStoreWait { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>For one server to take a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A client that sends no more may still read its answer for so long; and a write that it left behind may end.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Go's limit for a request line with its headers.</summary>
    public int MaxHeadBytes { get; init; } = 1024 * 1024;
}
