using OverlayBridge.Gateway.Http;
using OverlayBridge.Store;
using OverlayBridge.Store.History;

namespace OverlayBridge.Gateway.Import;

/// <summary>
/// <c>PUT /v1/overlaybridge/import</c>: a batch of lines that keep their indexes, all applied or none
/// (<see cref="ImportLines"/>). Answers <c>{"Applied":changed lines,"Index":the store's index}</c>.
/// </summary>
internal sealed class ImportEndpoint(IKeyValueStore store)
{
    private const int MaxBytes = 4 * 1024 * 1024;

    public async Task<Answer> PutAsync(GatewayRequest request)
    {
        var body = await request.ReadBodyAsync(MaxBytes, "the import limit; send it in several requests").ConfigureAwait(false);
        var by = await request.OriginAsync().ConfigureAwait(false) with { Kind = OriginKind.Import };
        var result = await store.ExecuteAsync(ImportLines.Parse(body) with { By = by }, request.CancellationToken).ConfigureAwait(false);
        return Answer.Json(request.Pretty, json =>
        {
            json.BeginObject();
            json.Name("Applied"u8);
            json.Number(result.Applied);
            json.Name("Index"u8);
            json.Number(result.Index);
            json.EndObject();
        });
    }
}
