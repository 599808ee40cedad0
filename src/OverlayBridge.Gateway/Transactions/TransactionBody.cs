using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using OverlayBridge.Gateway.Go;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Gateway.Transactions;

/// <summary>An operation as it was sent.</summary>
/// <param name="Verb">As written, for the error text about one that is not known.</param>
internal sealed record RequestedOperation(string Verb, TransactionOperation Operation);

/// <summary>The body of <c>PUT /v1/txn</c>. Unlike elsewhere an unknown field is an error.</summary>
internal static class TransactionBody
{
    private static readonly SearchValues<byte> Base64Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="u8);

    private static readonly ImmutableDictionary<string, TransactionVerb> Verbs = new Dictionary<string, TransactionVerb>(StringComparer.Ordinal)
    {
        ["set"] = TransactionVerb.Set,
        ["cas"] = TransactionVerb.Cas,
        ["lock"] = TransactionVerb.Lock,
        ["unlock"] = TransactionVerb.Unlock,
        ["get"] = TransactionVerb.Get,
        ["get-tree"] = TransactionVerb.GetTree,
        ["check-index"] = TransactionVerb.CheckIndex,
        ["check-session"] = TransactionVerb.CheckSession,
        ["check-not-exists"] = TransactionVerb.CheckNotExists,
        ["delete"] = TransactionVerb.Delete,
        ["delete-tree"] = TransactionVerb.DeleteTree,
        ["delete-cas"] = TransactionVerb.DeleteCas,
    }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <exception cref="GoJsonException">It is no list of operations, in the words that Consul would use.</exception>
    public static ImmutableArray<RequestedOperation> Parse(ReadOnlySpan<byte> body) => GoJsonReader.Read(body) switch
    {
        GoValue.Null => [],
        GoValue.Array list => [.. list.Items.Select(Operation).OfType<RequestedOperation>()],
        var other => throw new GoJsonException($"json: cannot unmarshal {other.Kind} into Go value of type api.TxnOps"),
    };

    /// <returns>Null for an operation that asks for nothing.</returns>
    private static RequestedOperation? Operation(GoValue value)
    {
        if (value is not GoValue.Object operation)
            throw value is GoValue.Null
                ? new GoJsonException("an operation is null")
                : new GoJsonException($"json: cannot unmarshal {value.Kind} into Go value of type api.TxnOp");
        RequestedOperation? requested = null;
        foreach (var (name, content) in operation.Fields)
        {
            requested = name.ToUpperInvariant() switch
            {
                "KV" => KeyOperation(content),
                "NODE" or "SERVICE" or "CHECK" when content is not GoValue.Null =>
                    throw new GoJsonException($"this server has no catalog: operations on {name} are not served"),
                "NODE" or "SERVICE" or "CHECK" => requested,
                _ => throw Unknown(name),
            };
        }
        return requested;
    }

    private static RequestedOperation? KeyOperation(GoValue value)
    {
        if (value is GoValue.Null)
            return null;
        if (value is not GoValue.Object fields)
            throw new GoJsonException($"json: cannot unmarshal {value.Kind} into Go struct field TxnOp.KV of type api.KVTxnOp");
        var verb = "";
        var operation = new TransactionOperation(TransactionVerb.Unknown, StoreKey.Empty, []);
        foreach (var (name, content) in fields.Fields)
        {
            switch (name.ToUpperInvariant())
            {
                case "VERB":
                    verb = Text(content, "Verb", "api.KVOp") is { } text ? text.ToString() : verb;
                    break;
                case "KEY":
                    operation = operation with { Key = Text(content, "Key", "string") is { } key ? StoreKey.FromBytes(key.Utf8.AsSpan()) : operation.Key };
                    break;
                case "VALUE":
                    operation = operation with { Value = Bytes(content) };
                    break;
                case "FLAGS":
                    operation = operation with { Flags = Number(content, "Flags") };
                    break;
                case "INDEX":
                    operation = operation with { Index = Number(content, "Index") };
                    break;
                case "SESSION":
                    operation = operation with { Session = Text(content, "Session", "string")?.ToString() ?? "" };
                    break;
                case "NAMESPACE":
                    break;
                default:
                    throw Unknown(name);
            }
        }
        return new RequestedOperation(verb, operation with { Verb = Verbs.GetValueOrDefault(verb) });
    }

    private static GoValue.Text? Text(GoValue value, string field, string type) => value switch
    {
        GoValue.Text text => text,
        GoValue.Null => null,
        _ => throw Mismatch(value.Kind, field, type),
    };

    private static ulong Number(GoValue value, string field) => value switch
    {
        GoValue.Null => 0,
        GoValue.Number number => ulong.TryParse(number.Digits, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed)
            ? parsed
            : throw Mismatch($"number {number.Digits}", field, "uint64"),
        _ => throw Mismatch(value.Kind, field, "uint64"),
    };

    private static ImmutableArray<byte> Bytes(GoValue value)
    {
        if (value is GoValue.Null)
            return [];
        if (value is not GoValue.Text text)
            throw Mismatch(value.Kind, "Value", "[]uint8");
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Utf8.Length)];
        var status = Base64.DecodeFromUtf8(text.Utf8.AsSpan(), bytes, out var read, out var written);
        if (status != OperationStatus.Done)
            throw new GoJsonException(string.Create(CultureInfo.InvariantCulture, $"illegal base64 data at input byte {FaultIn(text.Utf8.AsSpan(), read)}"));
        return ImmutableCollectionsMarshal.AsImmutableArray(bytes[..written]);
    }

    /// <summary>Go names the first byte that does not belong there, and the group of four for one that is incomplete.</summary>
    private static int FaultIn(ReadOnlySpan<byte> text, int read)
    {
        var wrong = text[read..].IndexOfAnyExcept(Base64Characters);
        return wrong < 0 ? read : read + wrong;
    }

    private static GoJsonException Mismatch(string kind, string field, string type) =>
        new($"json: cannot unmarshal {kind} into Go struct field KVTxnOp.KV.{field} of type {type}");

    private static GoJsonException Unknown(string field) => new($"json: unknown field {GoText.Quote(field)}");
}
