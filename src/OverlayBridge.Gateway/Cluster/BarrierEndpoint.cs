using System.Text.Json.Serialization;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Cluster;

/// <summary>
/// <c>GET /v1/overlaybridge/barrier[?consistent]</c>, for the other nodes: the log index up to which a node must have applied to be as
/// fresh as asked. Only the leader answers, after its own barrier.
/// </summary>
internal sealed class BarrierEndpoint(IClusterNode node)
{
    public const string Path = "/v1/overlaybridge/barrier";

    public async Task<Answer> GetAsync(GatewayRequest request)
    {
        var consistency = request.Query.Has("consistent") ? ReadConsistency.Consistent : ReadConsistency.Default;
        var index = await node.LeaderBarrierAsync(consistency, request.CancellationToken).ConfigureAwait(false);
        return Answer.Json(pretty: false, json => json.Number(index));
    }
}

[JsonSerializable(typeof(long))]
internal sealed partial class BarrierJson : JsonSerializerContext;
