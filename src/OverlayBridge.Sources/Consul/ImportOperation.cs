using System.Buffers;
using System.Text.Json;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources.Consul;

/// <summary>One line of the body of <c>PUT /v1/overlaybridge/import</c>: a change of the store that keeps the source's indexes.</summary>
public abstract record ImportOperation
{
    private ImportOperation()
    {
    }

    /// <summary>Makes or changes a key, all its indexes as given.</summary>
    public sealed record SetKey(KeyValueEntry Entry) : ImportOperation;

    /// <summary>Deletes a key; its tombstone gets <paramref name="Index"/>.</summary>
    public sealed record DeleteKey(string Key, ulong Index) : ImportOperation;

    /// <summary>Makes or changes a session.</summary>
    public sealed record SetSession(SessionEntry Session) : ImportOperation;

    /// <summary>Deletes a session; keys it holds are not touched.</summary>
    public sealed record DeleteSession(string Id, ulong Index) : ImportOperation;

    /// <summary>Lifts the store's index to at least <paramref name="Index"/>.</summary>
    public sealed record LiftIndex(ulong Index) : ImportOperation;

    /// <summary>Writes the operation as one line of NDJSON, the line feed included.</summary>
    public void WriteLine(IBufferWriter<byte> output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            WriteFields(json);
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }

    private void WriteFields(Utf8JsonWriter json)
    {
        switch (this)
        {
            case SetKey(var entry):
                json.WriteString("Op"u8, "set"u8);
                Json.StoreJson.WriteFields(json, entry);
                break;
            case DeleteKey(var key, var index):
                json.WriteString("Op"u8, "delete"u8);
                json.WriteString("Key"u8, key);
                json.WriteNumber("Index"u8, index);
                break;
            case SetSession(var session):
                json.WriteString("Op"u8, "session"u8);
                Json.StoreJson.WriteFields(json, session);
                break;
            case DeleteSession(var id, var index):
                json.WriteString("Op"u8, "session-delete"u8);
                json.WriteString("ID"u8, id);
                json.WriteNumber("Index"u8, index);
                break;
            case LiftIndex(var index):
                json.WriteString("Op"u8, "index"u8);
                json.WriteNumber("Index"u8, index);
                break;
        }
    }
}
