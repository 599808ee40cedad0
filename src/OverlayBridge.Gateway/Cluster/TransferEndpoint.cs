using System.Globalization;
using System.Net;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Cluster;

/// <summary>
/// <c>PUT /v1/overlaybridge/cluster/transfer[?to=RAFT]</c>: the leader gives its leadership up (<see cref="HandOver"/>);
/// <c>PUT …/stand-back?seconds=N</c>, at each node: it asks for no votes.
/// </summary>
internal sealed class TransferEndpoint(IClusterNode node, HandOver handOver)
{
    public const string Path = ClusterEndpoint.Path + "/transfer";
    public const string StandBackPath = ClusterEndpoint.Path + "/stand-back";

    private const int MaxStandBackSeconds = 30;

    public async Task<Answer> PutAsync(GatewayRequest request)
    {
        var members = node.Members;
        var to = request.Query.Has("to") ? Target(request) : null;
        if (to is not null && to.Equals(node.Address))
            return Answered(request, to);
        if (to is not null && members.All(member => !member.Address.Equals(to)))
            throw new RefusedException(404, $"{to} is no member; the members are {string.Join(", ", members.Select(member => member.Address))}");
        // Looked for once: the answer is about what was seen then.
        if (handOver.Reachable is not { } reachable)
            throw new RefusedException(409, "No other member can be reached that could lead");
        if (to is not null && members.Any(member => member.Address.Equals(to) && member.IsReachable == false))
            throw new RefusedException(409, $"{to} cannot be reached, so it cannot lead");

        return await handOver.ToAsync(to ?? reachable, isWanted: to is not null, request.CancellationToken).ConfigureAwait(false) is { } leader
            ? Answered(request, leader)
            : Answer.Text(500, $"The leadership was given up, but {(to is null ? "no other node leads" : $"{to} does not lead")} after {HandOver.Limit.TotalSeconds:0} s: see 'overlaybridge cluster status'");
    }

    /// <summary>This node alone stands back.</summary>
    public async Task<Answer> StandBackAsync(GatewayRequest request)
    {
        if (!int.TryParse(request.Query.Get("seconds"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > MaxStandBackSeconds)
            throw new RefusedException(400, $"seconds must be a number from 0 to {MaxStandBackSeconds}");
        await node.StandBackAsync(TimeSpan.FromSeconds(seconds), request.CancellationToken).ConfigureAwait(false);
        return Answer.Json(request.Pretty, json => json.Boolean(true));
    }

    private static IPEndPoint Target(GatewayRequest request) =>
        IPEndPoint.TryParse(request.Query.Get("to"), out var address) && address.Port > 0
            ? address
            : throw new RefusedException(400, "to must be the Raft address of a member, IP:PORT");

    private static Answer Answered(GatewayRequest request, EndPoint leader) => Answer.Json(request.Pretty, json =>
    {
        json.BeginObject();
        json.Name("Leader"u8);
        json.Text($"{leader}");
        json.EndObject();
    });
}
