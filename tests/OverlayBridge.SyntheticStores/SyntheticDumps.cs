using System.Text.Encodings.Web;
using System.Text.Json;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.SyntheticStores;

/// <summary>Writes an image as Consul 1.8.7 and its command would give it.</summary>
public static class SyntheticDumps
{
    private const int FlushEveryBytes = 1 << 20;

    // Keys and base64 need no escaping, and Consul escapes neither + nor /.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private static readonly JsonWriterOptions Compact = new() { Encoder = Encoder };

    /// <summary>The body of <c>GET /v1/kv/?recurse</c>: one line, all indexes, sessions of keys.</summary>
    public static Task WriteRecurseAsync(StoreImage image, Stream stream, CancellationToken token) =>
        WriteAsync(image, stream, Compact, WriteRecurseFields, token);

    /// <summary>The same, at once: for small stores.</summary>
    public static void WriteRecurse(StoreImage image, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, Compact);
        json.WriteStartArray();
        foreach (var entry in image.Entries)
            Write(json, entry, WriteRecurseFields);
        json.WriteEndArray();
    }

    /// <summary>The output of <c>consul kv export</c>: indented by tabs, neither indexes nor sessions.</summary>
    public static Task WriteExportAsync(StoreImage image, Stream stream, CancellationToken token) =>
        WriteAsync(image, stream, new JsonWriterOptions { Encoder = Encoder, Indented = true, IndentCharacter = '\t', IndentSize = 1 }, static (json, entry) =>
        {
            json.WriteString("key"u8, entry.Key);
            json.WriteNumber("flags"u8, entry.Flags);
            json.WriteBase64String("value"u8, entry.Bytes.Span);
        }, token);

    private static async Task WriteAsync(
        StoreImage image, Stream stream, JsonWriterOptions options, Action<Utf8JsonWriter, KeyValueEntry> write, CancellationToken token)
    {
        await using var json = new Utf8JsonWriter(stream, options);
        json.WriteStartArray();
        foreach (var entry in image.Entries)
        {
            Write(json, entry, write);
            if (json.BytesPending >= FlushEveryBytes)
                await json.FlushAsync(token).ConfigureAwait(false);
        }
        json.WriteEndArray();
        await json.FlushAsync(token).ConfigureAwait(false);
    }

    private static void WriteRecurseFields(Utf8JsonWriter json, KeyValueEntry entry)
    {
        json.WriteNumber("LockIndex"u8, entry.LockIndex);
        json.WriteString("Key"u8, entry.Key);
        json.WriteNumber("Flags"u8, entry.Flags);
        if (entry.Bytes.IsEmpty)
            json.WriteNull("Value"u8);
        else
            json.WriteBase64String("Value"u8, entry.Bytes.Span);
        if (entry.Session is not null)
            json.WriteString("Session"u8, entry.Session);
        json.WriteNumber("CreateIndex"u8, entry.CreateIndex);
        json.WriteNumber("ModifyIndex"u8, entry.ModifyIndex);
    }

    private static void Write(Utf8JsonWriter json, KeyValueEntry entry, Action<Utf8JsonWriter, KeyValueEntry> fields)
    {
        json.WriteStartObject();
        fields(json, entry);
        json.WriteEndObject();
    }
}
