using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Gateway.Access;
using OverlayBridge.Gateway.Go;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Gateway.Kv;
using OverlayBridge.Store;
using OverlayBridge.Store.Commands;

namespace OverlayBridge.Gateway.Transactions;

/// <summary><c>/v1/txn</c> as Consul 1.8.7 answers it, but for two requests that kill that: they are errors here.</summary>
internal sealed class TransactionEndpoint(IKeyValueStore store)
{
    private const int MaxOperations = 64;
    private const string LimitName = "https://www.consul.io/docs/agent/options.html#txn_max_req_len";

    public async Task<Answer> PutAsync(GatewayRequest request)
    {
        ReadParameters.CheckNamespace(request.Query);
        var body = await request.ReadBodyAsync(KeyValueEndpoint.MaxValueBytes, LimitName).ConfigureAwait(false);
        var operations = Parse(body);
        var isRead = operations.All(operation => operation.Operation.IsRead);
        // A write is what it is, whatever consistency it asks for.
        ReadOptions? options = isRead ? ReadParameters.Parse(request, 0) with { AfterIndex = 0 } : null;
        ReadParameters.CheckDatacenter(request.Query);

        var caller = await request.CallerAsync().ConfigureAwait(false);
        var permissions = caller.Permissions;
        var denied = TransactionAccess.Faults(operations, permissions);
        var command = new TransactionCommand(denied.IsEmpty ? [.. operations.Select(operation => operation.Operation)] : []);
        if (options is null && !denied.IsEmpty)
            return Answered(new TransactionResult([], denied, 0), operations, request.Pretty, reading: null);
        if (options is null)
        {
            var result = await store.ExecuteAsync(command with { By = Origins.Of(caller, request) }, request.CancellationToken).ConfigureAwait(false);
            return Answered(TransactionAccess.Visible(result, permissions), operations, request.Pretty, reading: null);
        }
        var reading = await store.ReadTransactionAsync(command, options.Value, request.CancellationToken).ConfigureAwait(false);
        var shown = denied.IsEmpty ? TransactionAccess.Visible(reading.Value, permissions) : reading.Value with { Errors = denied };
        return Answered(shown, operations, request.Pretty, reading);
    }

    private static ImmutableArray<RequestedOperation> Parse(byte[] body)
    {
        ImmutableArray<RequestedOperation> operations;
        try
        {
            operations = TransactionBody.Parse(body);
        }
        catch (GoJsonException e)
        {
            throw new RefusedException(400, $"Failed to parse body: {e.Message}");
        }
        return operations.Length <= MaxOperations
            ? operations
            : throw new RefusedException(413, $"Transaction contains too many operations ({operations.Length} > {MaxOperations})");
    }

    private static Answer Answered(
        TransactionResult result, ImmutableArray<RequestedOperation> operations, bool pretty, Reading<TransactionResult>? reading)
    {
        var answer = Answer.Json(pretty, json =>
        {
            json.BeginObject();
            json.Name("Results"u8);
            WriteResults(json, result);
            json.Name("Errors"u8);
            WriteErrors(json, result, operations);
            if (reading is not null)
                WriteReading(json, reading);
            json.EndObject();
        });
        return answer with
        {
            Status = result.Errors.IsEmpty ? 200 : 409,
            Headers = reading is null
                ? []
                :
                [
                    ("X-Consul-Knownleader", reading.KnownLeader ? "true" : "false"),
                    ("X-Consul-Lastcontact", ((long)reading.LastContact.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)),
                ],
        };
    }

    private static void WriteResults(GoJson json, TransactionResult result)
    {
        if (!result.Errors.IsEmpty)
        {
            json.Null();
            return;
        }
        json.BeginArray();
        foreach (var shown in result.Results)
        {
            json.BeginObject();
            json.Name("KV"u8);
            KeyValueEndpoint.Write(json, shown.ShowsValue ? shown.Entry : shown.Entry with { Value = [] });
            json.EndObject();
        }
        json.EndArray();
    }

    private static void WriteErrors(GoJson json, TransactionResult result, ImmutableArray<RequestedOperation> operations)
    {
        if (result.Errors.IsEmpty)
        {
            json.Null();
            return;
        }
        json.BeginArray();
        foreach (var error in result.Errors)
        {
            json.BeginObject();
            json.Name("OpIndex"u8);
            json.Number((long)error.Operation);
            json.Name("What"u8);
            json.Text(TransactionErrors.Text(error, operations[error.Operation]));
            json.EndObject();
        }
        json.EndArray();
    }

    private static void WriteReading(GoJson json, Reading<TransactionResult> reading)
    {
        json.Name("Index"u8);
        json.Number(0UL);
        json.Name("LastContact"u8);
        json.Number((long)reading.LastContact.TotalNanoseconds);
        json.Name("KnownLeader"u8);
        json.Boolean(reading.KnownLeader);
        json.Name("ConsistencyLevel"u8);
        json.Text("");
    }
}
