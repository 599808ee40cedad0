using OverlayBridge.Gateway.Http;
using OverlayBridge.Store;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Gateway.Modes;

/// <summary>
/// <c>PUT /v1/overlaybridge/standby?prefix=docker/&amp;source=consul://…</c>: from here on the store follows that source. Answers
/// <c>{"Mode":"standby"}</c>; 500 with the reason when it follows another prefix already or has taken over.
/// </summary>
internal sealed class ModeEndpoint(IKeyValueStore store)
{
    private const int MaxLength = 1024;

    public async Task<Answer> StandbyAsync(GatewayRequest request)
    {
        var (prefix, source) = (request.Query.Get("prefix"), request.Query.Get("source"));
        if (source.Length == 0 || source.Length > MaxLength || prefix.Length > MaxLength)
            throw new RefusedException(400, $"source must name the store that is followed; prefix and source have at most {MaxLength} characters");
        await store.ExecuteAsync(new SetStandbyCommand(StoreKey.FromText(prefix), source), request.CancellationToken).ConfigureAwait(false);
        return Answer.Json(request.Pretty, json =>
        {
            json.BeginObject();
            json.Name("Mode"u8);
            json.Text("standby"u8);
            json.EndObject();
        });
    }
}
