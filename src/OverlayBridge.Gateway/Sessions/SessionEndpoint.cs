using OverlayBridge.Gateway.Go;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Store;
using OverlayBridge.Store.State;

namespace OverlayBridge.Gateway.Sessions;

/// <summary><c>/v1/session/list</c>: the imported sessions as Consul shows them.</summary>
internal sealed class SessionEndpoint(IKeyValueStore store, Func<double> jitter)
{
    public async Task<Answer> ListAsync(GatewayRequest request)
    {
        var options = ReadParameters.Parse(request, jitter());
        ReadParameters.CheckNamespace(request.Query);
        try
        {
            ReadParameters.CheckDatacenter(request.Query);
        }
        catch (RefusedException e)
        {
            // Consul's session endpoints set the headers before they know.
            throw new RefusedException(e.Answer.WithMeta(1, knownLeader: false, TimeSpan.Zero));
        }
        var reading = await store.ReadSessionsAsync(options, request.CancellationToken).ConfigureAwait(false);
        return Answer.Json(request.Pretty, json =>
        {
            json.BeginArray();
            foreach (var session in reading.Value)
                Write(json, session);
            json.EndArray();
        }).WithMeta(reading);
    }

    private static void Write(GoJson json, StoreSession session)
    {
        json.BeginObject();
        json.Name("ID"u8);
        json.Text(session.Id);
        json.Name("Name"u8);
        json.Text(session.Name);
        json.Name("Node"u8);
        json.Text(session.Node);
        json.Name("LockDelay"u8);
        json.Number(session.LockDelay);
        json.Name("Behavior"u8);
        json.Text(session.Behavior);
        json.Name("TTL"u8);
        json.Text(session.Ttl);
        json.Name("NodeChecks"u8);
        json.BeginArray();
        foreach (var check in session.NodeChecks)
            json.Text(check);
        json.EndArray();
        json.Name("ServiceChecks"u8);
        json.Null();
        json.Name("CreateIndex"u8);
        json.Number(session.CreateIndex);
        json.Name("ModifyIndex"u8);
        json.Number(session.ModifyIndex);
        json.EndObject();
    }
}
