using System.Globalization;
using System.Net;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Cluster;

/// <summary>
/// <c>PUT /v1/overlaybridge/cluster/transfer[?to=RAFT]</c>: the leader gives its leadership up. The engine elects whoever asks first; so all
/// that are not meant stand back for a moment (<c>PUT …/stand-back?seconds=N</c>, at each node): they vote, and ask for no votes.
/// </summary>
internal sealed class TransferEndpoint(IClusterNode node, NodeClient client, TimeProvider time)
{
    public const string Path = ClusterEndpoint.Path + "/transfer";
    public const string StandBackPath = ClusterEndpoint.Path + "/stand-back";

    private const int MaxStandBackSeconds = 30;

    /// <summary>Some elections' time.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    public async Task<Answer> PutAsync(GatewayRequest request)
    {
        var members = node.Members;
        var to = request.Query.Has("to") ? Target(request) : null;
        if (to is not null && to.Equals(node.Address))
            return Answered(request, to);
        if (to is not null && members.All(member => !member.Address.Equals(to)))
            throw new RefusedException(404, $"{to} is no member; the members are {string.Join(", ", members.Select(member => member.Address))}");
        if (members.All(member => member.IsReachable != true || member.Address.Equals(node.Address)))
            throw new RefusedException(409, "No other member can be reached that could lead");
        if (to is not null && members.Any(member => member.Address.Equals(to) && member.IsReachable == false))
            throw new RefusedException(409, $"{to} cannot be reached, so it cannot lead");

        var others = members.Select(member => member.Address).Where(address => !address.Equals(node.Address)).ToList();
        await Task.WhenAll(others.Select(other => client.StandBackAsync(
            other, to is null || other.Equals(to) ? TimeSpan.Zero : Limit, request.CancellationToken))).ConfigureAwait(false);
        await node.ResignAsync(request.CancellationToken).ConfigureAwait(false);
        await node.StandBackAsync(Limit, request.CancellationToken).ConfigureAwait(false);
        var answer = await AnswerAsync(request, to).ConfigureAwait(false);
        // Nobody stands back longer than needed: the new leader may die, too.
        await node.StandBackAsync(TimeSpan.Zero, request.CancellationToken).ConfigureAwait(false);
        await Task.WhenAll(others.Select(other => client.StandBackAsync(other, TimeSpan.Zero, request.CancellationToken))).ConfigureAwait(false);
        return answer;
    }

    private async Task<Answer> AnswerAsync(GatewayRequest request, IPEndPoint? to)
    {
        return await NextLeaderAsync(to, request.CancellationToken).ConfigureAwait(false) is { } leader && (to is null || leader.Equals(to))
            ? Answered(request, leader)
            : Answer.Text(500, $"The leadership was given up, but {(to is null ? "no other node" : $"{to}")} does not lead after {Limit.TotalSeconds:0} s: see 'overlaybridge cluster status'");
    }

    /// <summary>This node alone stands back.</summary>
    public async Task<Answer> StandBackAsync(GatewayRequest request)
    {
        if (!int.TryParse(request.Query.Get("seconds"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > MaxStandBackSeconds)
            throw new RefusedException(400, $"seconds must be a number from 0 to {MaxStandBackSeconds}");
        await node.StandBackAsync(TimeSpan.FromSeconds(seconds), request.CancellationToken).ConfigureAwait(false);
        return Answer.Json(request.Pretty, json => json.Boolean(true));
    }

    private async Task<EndPoint?> NextLeaderAsync(EndPoint? wanted, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var leader = node.Status.Leader;
            if (leader is not null && !leader.Equals(node.Address) && (wanted is null || leader.Equals(wanted)))
                return leader;
            if (time.GetElapsedTime(start) > Limit)
                return leader;
            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
        }
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
