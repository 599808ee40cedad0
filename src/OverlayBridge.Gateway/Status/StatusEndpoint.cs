using OverlayBridge.Gateway.Http;
using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Status;

/// <summary>
/// What this node says about itself: Consul's <c>/v1/status/…</c>, the bridge's own <c>/v1/overlaybridge/status</c>, and
/// <c>/health/…</c> for those who watch the process.
/// </summary>
internal sealed class StatusEndpoint(IKeyValueStore store, GatewayOptions options)
{
    /// <summary>Header of <c>/health/ready</c>: another value, another process; whoever was connected to the one before has lost that connection.</summary>
    public const string Instance = "X-OverlayBridge-Instance";

    private readonly string _instance = Guid.NewGuid().ToString("N");

    public Answer Leader(GatewayRequest request)
    {
        Check(request);
        return Answer.Json(request.Pretty, json => json.Text(store.Status.Leader?.ToString() ?? ""));
    }

    public Answer Peers(GatewayRequest request)
    {
        Check(request);
        return Answer.Json(request.Pretty, json =>
        {
            json.BeginArray();
            foreach (var member in store.Status.Members)
                json.Text(member.ToString() ?? "");
            json.EndArray();
        });
    }

    public Answer Bridge(GatewayRequest request)
    {
        var status = store.Status;
        return Answer.Json(request.Pretty, json =>
        {
            json.BeginObject();
            json.Name("Version"u8);
            json.Text(options.Version);
            json.Name("NodeName"u8);
            json.Text(options.NodeName);
            json.Name("Leader"u8);
            json.Boolean(status.IsLeader);
            json.Name("Index"u8);
            json.Number(status.Index);
            json.Name("Keys"u8);
            json.Number((ulong)status.Keys);
            json.Name("BlockingQueries"u8);
            json.Number(status.BlockingQueries);
            json.Name("RaftIndex"u8);
            json.Number(status.RaftIndex);
            json.Name("SnapshotIndex"u8);
            json.Number(status.SnapshotIndex);
            json.Name("Mode"u8);
            json.Text(status.Mode.Name);
            json.Name("Prefix"u8);
            json.Text(status.Mode.Prefix.ToString());
            json.Name("Source"u8);
            json.Text(status.Mode.Source);
            json.Name("NotReady"u8);
            json.Text(status.NotReadyReason ?? "");
            json.EndObject();
        });
    }

    /// <summary>The process serves.</summary>
    public static Answer Live() => Answer.Text(200, "live\n");

    /// <summary>Requests will be answered: a leader is known and writes are taken.</summary>
    public Answer Ready() =>
        (store.Status is { NotReadyReason: { } reason } ? Answer.Text(503, $"{reason}\n") : Answer.Text(200, "ready\n")) with { Headers = [(Instance, _instance)] };

    private static void Check(GatewayRequest request)
    {
        ReadParameters.Parse(request, 0);
        ReadParameters.CheckDatacenter(request.Query);
    }
}
