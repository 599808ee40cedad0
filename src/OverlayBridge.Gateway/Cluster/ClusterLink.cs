using Microsoft.Extensions.Logging;
using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Cluster;

/// <summary>
/// A node's way to the other nodes: where they are reached, and the client that speaks to them. One for the whole process: whoever needs the
/// others shares its connections and what it knows.
/// </summary>
public sealed class ClusterLink : IDisposable
{
    public ClusterLink(IClusterNode node, GatewayOptions options, TimeProvider time, ILogger<ClusterLink> logger)
    {
        Members = new MemberDirectory(node);
        Client = new NodeClient(Members, options.NodeName, options.Nodes, time, logger);
    }

    internal MemberDirectory Members { get; }

    internal NodeClient Client { get; }

    public void Dispose() => Client.Dispose();
}
