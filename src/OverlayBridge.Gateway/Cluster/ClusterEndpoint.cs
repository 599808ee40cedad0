using System.Net;
using Microsoft.Extensions.Logging;
using OverlayBridge.Gateway.Go;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Store;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Gateway.Cluster;

/// <summary>
/// <c>/v1/overlaybridge/cluster</c>: how this node sees itself and the cluster. Below it what operators change: <c>/add?address=RAFT</c>,
/// <c>/remove?address=RAFT[&amp;force]</c>, carried out by the leader.
/// </summary>
internal sealed partial class ClusterEndpoint(IClusterNode node, MemberDirectory directory, GatewayOptions options, ILogger logger)
{
    public const string Path = "/v1/overlaybridge/cluster";
    public const string AddPath = Path + "/add";
    public const string RemovePath = Path + "/remove";

    /// <summary>A node that is added takes in the whole state first.</summary>
    public static readonly TimeSpan ChangeTime = TimeSpan.FromMinutes(2);

    public async Task<Answer> GetAsync(GatewayRequest request)
    {
        var records = await directory.AllAsync(request.CancellationToken).ConfigureAwait(false);
        var status = node.Status;
        return Answer.Json(request.Pretty, json =>
        {
            json.BeginObject();
            Text(json, "NodeName"u8, options.NodeName);
            Text(json, "RaftAddress"u8, $"{status.Address}");
            Text(json, "HttpAddress"u8, $"{options.HttpAddress}");
            Text(json, "Version"u8, options.Version);
            Text(json, "Leader"u8, $"{status.Leader}");
            Text(json, "Problem"u8, status.NotReadyReason ?? "");
            Text(json, "Mode"u8, status.Mode.Name);
            Number(json, "Index"u8, (long)status.Index);
            Number(json, "Keys"u8, status.Keys);
            Number(json, "BlockingQueries"u8, status.BlockingQueries);
            Number(json, "RaftIndex"u8, status.RaftIndex);
            Number(json, "SnapshotIndex"u8, status.SnapshotIndex);
            json.Name("Members"u8);
            json.BeginArray();
            foreach (var member in node.Members.OrderBy(static member => $"{member.Address}", StringComparer.Ordinal))
                Write(json, member, records.GetValueOrDefault($"{member.Address}"));
            json.EndArray();
            json.EndObject();
        });
    }

    public async Task<Answer> AddAsync(GatewayRequest request)
    {
        var address = Address(request);
        // A member that comes back with an empty disk has forgotten what it voted for: it must leave before it joins again.
        if (request.Query.Has("empty") && IsMember(address))
            await RemoveAsync(request, address, force: false).ConfigureAwait(false);
        await node.AddMemberAsync(address, request.CancellationToken).ConfigureAwait(false);
        return Answer.Json(request.Pretty, json => json.Boolean(true));
    }

    public async Task<Answer> RemoveAsync(GatewayRequest request)
    {
        var address = Address(request);
        if (!IsMember(address))
            throw new RefusedException(404, $"{address} is no member; the members are {string.Join(", ", node.Members.Select(member => member.Address))}");
        await RemoveAsync(request, address, request.Query.Has("force")).ConfigureAwait(false);
        return Answer.Json(request.Pretty, json => json.Boolean(true));
    }

    private async Task RemoveAsync(GatewayRequest request, EndPoint address, bool force)
    {
        var cancellationToken = request.CancellationToken;
        if (Removal.Refusal(node.Members, address, force) is { } refusal)
            throw new RefusedException(409, refusal);
        var forget = new DeleteCommand(MemberRecord.KeyOf($"{address}")) { By = await request.OriginAsync().ConfigureAwait(false) };
        var isOwn = address.Equals(node.Address);
        // Afterwards this node could not write it any more.
        if (isOwn)
            await node.ExecuteAsync(forget, cancellationToken).ConfigureAwait(false);
        await node.RemoveMemberAsync(address, cancellationToken).ConfigureAwait(false);
        if (!isOwn)
            await TryForgetAsync(forget, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The member is gone, and that is what was asked for: a record that stays behind misleads nobody, as Raft's list counts.</summary>
    private async Task TryForgetAsync(DeleteCommand forget, CancellationToken cancellationToken)
    {
        try
        {
            await node.ExecuteAsync(forget, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NoLeaderException or OutcomeUnknownException or StoreRefusedException)
        {
            LogRecordStays(logger, forget.Key, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The record {Key} of a member that was removed stays behind: {Reason}")]
    private static partial void LogRecordStays(ILogger logger, StoreKey key, string reason);

    private bool IsMember(EndPoint address) => node.Members.Any(member => member.Address.Equals(address));

    private static IPEndPoint Address(GatewayRequest request) =>
        IPEndPoint.TryParse(request.Query.Get("address"), out var address) && address.Port > 0
            ? address
            : throw new RefusedException(400, "address must be the Raft address of a node, IP:PORT");

    private static void Write(GoJson json, MemberStatus member, MemberRecord? record)
    {
        json.BeginObject();
        Text(json, "RaftAddress"u8, $"{member.Address}");
        Text(json, "NodeName"u8, record?.NodeName ?? "");
        Text(json, "HttpAddress"u8, record?.HttpAddress ?? "");
        Text(json, "Version"u8, record?.Version ?? "");
        json.Name("Leader"u8);
        json.Boolean(member.IsLeader);
        json.Name("Reachable"u8);
        if (member.IsReachable is { } reachable)
            json.Boolean(reachable);
        else
            json.Null();
        json.EndObject();
    }

    private static void Text(GoJson json, ReadOnlySpan<byte> name, string value)
    {
        json.Name(name);
        json.Text(value);
    }

    private static void Number(GoJson json, ReadOnlySpan<byte> name, long value)
    {
        json.Name(name);
        json.Number(value);
    }
}
