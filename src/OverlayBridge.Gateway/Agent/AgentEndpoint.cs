using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using OverlayBridge.Gateway.Access;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Gateway.Go;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Agent;

/// <summary>
/// What Consul's clients ask before they begin: the agent they talk to, its members, its nodes, its Raft configuration. Here each member
/// of the cluster is all of these; it is named by its record, and by its Raft address while that has not come yet.
/// </summary>
internal sealed class AgentEndpoint(IClusterNode store, MemberDirectory directory, GatewayOptions options)
{
    /// <summary>The Consul whose API this is: clients decide by it what they may ask for.</summary>
    private const string ApiVersion = "1.8.7";

    private const string Datacenter = "dc1";
    private const int Alive = 1;
    private const int Failed = 4;

    public Answer Self(GatewayRequest request)
    {
        Check(request);
        return Answer.Json(request.Pretty, json =>
        {
            json.BeginObject();
            json.Name("Config"u8);
            json.BeginObject();
            Text(json, "Datacenter"u8, Datacenter);
            Text(json, "NodeName"u8, options.NodeName);
            Text(json, "NodeID"u8, NodeId(options.NodeName));
            Text(json, "Revision"u8, $"overlaybridge {options.Version}");
            json.Name("Server"u8);
            json.Boolean(true);
            Text(json, "Version"u8, ApiVersion);
            json.EndObject();
            json.Name("Coord"u8);
            json.Null();
            json.Name("Member"u8);
            Member(json, new Named(options.NodeName, new MemberStatus(store.Address, store.IsLeader, IsReachable: true)));
            json.Name("Stats"u8);
            Stats(json, store.Status);
            json.Name("Meta"u8);
            json.BeginObject();
            json.EndObject();
            json.EndObject();
        });
    }

    public Task<Answer> MembersAsync(GatewayRequest request) => ListAsync(request, Member);

    public async Task<Answer> NodesAsync(GatewayRequest request) => (await ListAsync(request, static (json, member) =>
    {
        var (name, address) = (member.Name, member.Status.Address);
        json.BeginObject();
        Text(json, "ID"u8, NodeId(name));
        Text(json, "Node"u8, name);
        Text(json, "Address"u8, Host(address));
        Text(json, "Datacenter"u8, Datacenter);
        json.Name("TaggedAddresses"u8);
        json.BeginObject();
        Text(json, "lan"u8, Host(address));
        Text(json, "wan"u8, Host(address));
        json.EndObject();
        json.Name("Meta"u8);
        json.BeginObject();
        json.EndObject();
        json.Name("CreateIndex"u8);
        json.Number(1UL);
        json.Name("ModifyIndex"u8);
        json.Number(1UL);
        json.EndObject();
    }).ConfigureAwait(false)).WithMeta(1, store.Status.Leader is not null, TimeSpan.Zero);

    public async Task<Answer> RaftConfigurationAsync(GatewayRequest request)
    {
        Check(request);
        var status = store.Status;
        var members = await NamedAsync(request.CancellationToken).ConfigureAwait(false);
        return Answer.Json(request.Pretty, json =>
        {
            json.BeginObject();
            json.Name("Servers"u8);
            json.BeginArray();
            foreach (var (name, member) in members)
            {
                json.BeginObject();
                Text(json, "ID"u8, NodeId(name));
                Text(json, "Node"u8, name);
                Text(json, "Address"u8, $"{member.Address}");
                json.Name("Leader"u8);
                json.Boolean(member.IsLeader);
                Text(json, "ProtocolVersion"u8, "3");
                json.Name("Voter"u8);
                json.Boolean(true);
                json.EndObject();
            }
            json.EndArray();
            json.Name("Index"u8);
            json.Number(status.RaftIndex);
            json.EndObject();
        });
    }

    private async Task<Answer> ListAsync(GatewayRequest request, Action<GoJson, Named> write)
    {
        Check(request);
        // As in Consul: what may not be seen is not in the list.
        var visible = (await request.CallerAsync().ConfigureAwait(false)).Permissions.Agent >= AccessRight.Read;
        ImmutableArray<Named> members = visible ? await NamedAsync(request.CancellationToken).ConfigureAwait(false) : [];
        return Answer.Json(request.Pretty, json =>
        {
            json.BeginArray();
            foreach (var member in members)
                write(json, member);
            json.EndArray();
        });
    }

    private async Task<ImmutableArray<Named>> NamedAsync(CancellationToken cancellationToken)
    {
        var records = await directory.AllAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. store.Members.Select(member => new Named(
                member.Address.Equals(store.Address) ? options.NodeName
                : records.GetValueOrDefault($"{member.Address}")?.NodeName ?? $"{member.Address}",
                member)),
        ];
    }

    private static void Member(GoJson json, Named member)
    {
        var (name, address) = (member.Name, member.Status.Address);
        json.BeginObject();
        Text(json, "Name"u8, name);
        Text(json, "Addr"u8, Host(address));
        json.Name("Port"u8);
        json.Number((ulong)(address is IPEndPoint ip ? ip.Port : 0));
        json.Name("Tags"u8);
        json.BeginObject();
        Text(json, "build"u8, ApiVersion);
        Text(json, "dc"u8, Datacenter);
        Text(json, "id"u8, NodeId(name));
        Text(json, "role"u8, "consul");
        json.EndObject();
        json.Name("Status"u8);
        json.Number((ulong)(member.Status.IsReachable == false ? Failed : Alive));
        json.EndObject();
    }

    private static void Stats(GoJson json, StoreStatus status)
    {
        json.BeginObject();
        json.Name("consul"u8);
        json.BeginObject();
        Text(json, "leader"u8, status.IsLeader ? "true" : "false");
        Text(json, "leader_addr"u8, status.Leader?.ToString() ?? "");
        Text(json, "server"u8, "true");
        json.EndObject();
        json.Name("raft"u8);
        json.BeginObject();
        Text(json, "applied_index"u8, $"{status.RaftIndex}");
        Text(json, "last_snapshot_index"u8, $"{status.SnapshotIndex}");
        Text(json, "state"u8, status.IsLeader ? "Leader" : "Follower");
        json.EndObject();
        json.EndObject();
    }

    /// <summary>An id that stays the same for a name: Consul has a random one, which its clients only compare.</summary>
    private static string NodeId(string name) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)).ToString();

    private static string Host(EndPoint address) => address is IPEndPoint ip ? ip.Address.ToString() : $"{address}";

    private static void Text(GoJson json, ReadOnlySpan<byte> name, string value)
    {
        json.Name(name);
        json.Text(value);
    }

    private static void Check(GatewayRequest request)
    {
        ReadParameters.Parse(request, 0);
        ReadParameters.CheckDatacenter(request.Query);
    }

    private sealed record Named(string Name, MemberStatus Status);
}
