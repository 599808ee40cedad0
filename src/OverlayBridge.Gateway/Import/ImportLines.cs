using System.Collections.Immutable;
using System.Text.Json;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Gateway.Kv;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Gateway.Import;

/// <summary>
/// The body of an import: one JSON object a line, its kind in <c>Op</c>. Names are as written here, an unknown one is an
/// error, so that a mistyped index is not silently 0.
/// </summary>
internal static class ImportLines
{
    public const int MaxLines = 10_000;

    /// <summary>Keys of the bridge itself; no other store has a say in them.</summary>
    private static readonly StoreKey Reserved = StoreKey.FromText("overlaybridge/");

    /// <exception cref="RefusedException">400 with the number of the line and what is wrong with it; 413: too many lines.</exception>
    public static ImportCommand Parse(ReadOnlyMemory<byte> body)
    {
        var operations = ImmutableArray.CreateBuilder<ImportOperation>();
        var number = 0;
        while (!body.IsEmpty)
        {
            number++;
            var end = body.Span.IndexOf((byte)'\n');
            var line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (line.Span.Trim(" \t\r"u8).IsEmpty)
                continue;
            if (operations.Count == MaxLines)
                throw new RefusedException(413, $"Import has more than {MaxLines} lines; send it in several requests.");
            operations.Add(ParseLine(line, number));
        }
        return new ImportCommand(operations.ToImmutable());
    }

    private static ImportOperation ParseLine(ReadOnlyMemory<byte> line, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return new Line(document.RootElement).Read();
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw new RefusedException(400, $"Import line {number}: {e.Message}");
        }
    }

    /// <summary>An object whose every property is to be asked for.</summary>
    private readonly struct Line(JsonElement line)
    {
        public ImportOperation Read()
        {
            if (line.ValueKind != JsonValueKind.Object)
                throw new FormatException("a JSON object must stand here");
            var operation = Text("Op");
            RefuseUnknown(operation switch
            {
                "set" => ["Op", "Key", "Value", "Flags", "CreateIndex", "ModifyIndex", "LockIndex", "Session"],
                "delete" => ["Op", "Key", "Index"],
                "session" => ["Op", "ID", "Name", "Node", "LockDelay", "Behavior", "TTL", "NodeChecks", "CreateIndex", "ModifyIndex"],
                "session-delete" => ["Op", "ID", "Index"],
                "index" => ["Op", "Index"],
                _ => throw new FormatException($"\"{operation}\" is no Op: set, delete, session, session-delete or index"),
            });
            return operation switch
            {
                "set" => new ImportSet(Entry()),
                "delete" => new ImportDelete(Key(), Number("Index")),
                "session" => new ImportSession(Session()),
                "session-delete" => new ImportSessionDelete(Text("ID"), Number("Index")),
                _ => new ImportIndex(Number("Index")),
            };
        }

        private StoreEntry Entry() => new(
            Key(),
            Value(),
            Number("Flags"),
            Number("LockIndex"),
            TryGet("Session", out var session) ? session.GetString() : null,
            Number("CreateIndex"),
            Number("ModifyIndex"));

        private StoreSession Session() => new(
            Text("ID"),
            Text("Name"),
            Text("Node"),
            line.TryGetProperty("LockDelay", out var delay) && delay.TryGetInt64(out var nanoseconds)
                ? nanoseconds
                : throw new FormatException("\"LockDelay\" must be a number of nanoseconds"),
            Text("Behavior"),
            Text("TTL"),
            TryGet("NodeChecks", out var checks) ? [.. checks.EnumerateArray().Select(check => check.GetString() ?? "")] : [],
            Number("CreateIndex"),
            Number("ModifyIndex"));

        private StoreKey Key()
        {
            var key = StoreKey.FromText(Text("Key"));
            if (key.IsEmpty)
                throw new FormatException("\"Key\" is empty");
            if (key.StartsWith(Reserved))
                throw new FormatException($"\"{key}\" belongs to the bridge itself and cannot be imported");
            return key;
        }

        private ImmutableArray<byte> Value()
        {
            if (!line.TryGetProperty("Value", out var value))
                throw new FormatException("\"Value\" is missing");
            if (value.ValueKind == JsonValueKind.Null)
                return [];
            if (value.ValueKind != JsonValueKind.String || !value.TryGetBytesFromBase64(out var bytes))
                throw new FormatException("\"Value\" must be base64 or null");
            if (bytes.Length > KeyValueEndpoint.MaxValueBytes)
                throw new FormatException($"\"Value\" has {bytes.Length} bytes, at most {KeyValueEndpoint.MaxValueBytes} are stored");
            return [.. bytes];
        }

        private string Text(string name) =>
            line.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
                ? text.GetString()!
                : throw new FormatException($"\"{name}\" must be a string");

        private ulong Number(string name) =>
            line.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetUInt64(out var value)
                ? value
                : throw new FormatException($"\"{name}\" must be a whole number from 0 to 2^64-1");

        private bool TryGet(string name, out JsonElement value) =>
            line.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

        private void RefuseUnknown(ReadOnlySpan<string> known)
        {
            foreach (var property in line.EnumerateObject())
                if (!known.Contains(property.Name))
                    throw new FormatException($"\"{property.Name}\" is not known here");
        }
    }
}
