using OverlayBridge.Store;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.History;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Gateway.Cluster;

/// <summary>Keys that this node writes for itself, through whichever node leads.</summary>
public sealed class NodeRecords(IClusterNode node, ClusterLink link, GatewayOptions options)
{

    private Origin Own => Origin.Control(options.NodeName);

    /// <param name="key">Made of letters, digits and <c>/.-_</c>.</param>
    /// <exception cref="NoLeaderException">It may or may not have been written: nobody said so. To be written again.</exception>
    /// <exception cref="OutcomeUnknownException">The same.</exception>
    /// <exception cref="StoreRefusedException">Nothing was done; the message says why.</exception>
    public async Task WriteAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        var leader = await node.LeaderAsync(cancellationToken).ConfigureAwait(false);
        if (leader.Equals(node.Address))
            await node.ExecuteAsync(new SetCommand(StoreKey.FromText(key), [.. value.Span], 0) { By = Own }, cancellationToken).ConfigureAwait(false);
        else
            await link.Client.SendAsync(leader, HttpMethod.Put, $"/v1/kv/{key}", value, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes the key and all that belongs to it, behind a slash.</summary>
    /// <exception cref="NoLeaderException">As in <see cref="WriteAsync"/>, and so are the others.</exception>
    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        var leader = await node.LeaderAsync(cancellationToken).ConfigureAwait(false);
        if (leader.Equals(node.Address))
        {
            await node.ExecuteAsync(new DeleteCommand(StoreKey.FromText(key), null) { By = Own }, cancellationToken).ConfigureAwait(false);
            await node.ExecuteAsync(new DeleteTreeCommand(StoreKey.FromText(key + "/")) { By = Own }, cancellationToken).ConfigureAwait(false);
            return;
        }
        await link.Client.SendAsync(leader, HttpMethod.Delete, $"/v1/kv/{key}", default, cancellationToken).ConfigureAwait(false);
        await link.Client.SendAsync(leader, HttpMethod.Delete, $"/v1/kv/{key}/?recurse", default, cancellationToken).ConfigureAwait(false);
    }
}
