using OverlayBridge.Gateway.Http;
using OverlayBridge.Store;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.History;

namespace OverlayBridge.Gateway.Cluster;

/// <summary><c>PUT /v1/overlaybridge/cluster/members</c>: a node's record, sent by the node itself.</summary>
internal sealed class MembersEndpoint(IClusterNode node)
{
    public const string Path = "/v1/overlaybridge/cluster/members";

    private const int MaxBytes = 16 * 1024;

    public async Task<Answer> PutAsync(GatewayRequest request)
    {
        var body = await request.ReadBodyAsync(MaxBytes, "the record of a member").ConfigureAwait(false);
        if (MemberRecord.Decode(body) is not { } record)
            throw new RefusedException(400, "This is no record of a member, or one of a newer version");
        if (!node.Status.Members.Any(member => $"{member}" == record.RaftAddress))
            throw new RefusedException(409, $"{record.RaftAddress} is no member of this cluster");
        await WriteAsync(node, record, request.CancellationToken).ConfigureAwait(false);
        return Answer.Json(pretty: false, json => json.Boolean(true));
    }

    /// <summary>Puts a record into the store of the leader.</summary>
    public static Task WriteAsync(IKeyValueStore store, MemberRecord record, CancellationToken cancellationToken) =>
        store.ExecuteAsync(new SetCommand(record.Key, [.. record.Encode()], 0) { By = Origin.Control(record.NodeName) }, cancellationToken);
}
