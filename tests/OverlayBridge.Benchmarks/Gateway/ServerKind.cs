using System.Net;

namespace OverlayBridge.Benchmarks.Gateway;

/// <summary>One of three servers: where it listens and where it keeps its data.</summary>
/// <param name="Http">Consul's HTTP API.</param>
/// <param name="Raft">For the other servers.</param>
/// <param name="Gossip">Consul's Serf; not used by others.</param>
internal sealed record ServerNode(string Name, IPEndPoint Http, IPEndPoint Raft, IPEndPoint Gossip, string Folder);

/// <summary>A program that serves Consul's API, and how a cluster of it is started.</summary>
internal abstract record ServerKind(string Name, string Program)
{
    public abstract IReadOnlyList<string> Arguments(ServerNode node, IReadOnlyList<ServerNode> all);
}

/// <summary>Consul 1.8: its own settings but for the timing that its guide gives for production, and room for as many connections as are measured.</summary>
internal sealed record ConsulKind(string Program) : ServerKind("Consul", Program)
{
    public override IReadOnlyList<string> Arguments(ServerNode node, IReadOnlyList<ServerNode> all) =>
    [
        "agent", "-server", $"-bootstrap-expect={all.Count}", $"-node={node.Name}", $"-data-dir={node.Folder}", "-bind=127.0.0.1", "-client=127.0.0.1",
        "-log-level=err", .. all.Where(other => other != node).Select(other => $"-retry-join={other.Gossip}"), "-retry-interval=1s", "-hcl",
        "performance { raft_multiplier = 1 } disable_update_check = true limits { http_max_conns_per_client = 12000 rpc_max_conns_per_client = 12000 } " +
        $"ports {{ http = {node.Http.Port} server = {node.Raft.Port} serf_lan = {node.Gossip.Port} serf_wan = -1 dns = -1 grpc = -1 }}",
    ];
}

/// <summary>Three control nodes.</summary>
internal sealed record BridgeKind(string Program) : ServerKind("OverlayBridge", Program)
{
    public override IReadOnlyList<string> Arguments(ServerNode node, IReadOnlyList<ServerNode> all) =>
    [
        "serve", "--data", node.Folder, "--http", $"{node.Http}", "--raft", $"{node.Raft}", "--bootstrap", string.Join(',', all.Select(other => other.Raft)),
        "--node-name", node.Name,
    ];
}
