using System.Text.Json;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources.Json;

/// <summary>Writes keys and sessions with Consul's field names, in the order of its wire format.</summary>
internal static class StoreJson
{
    /// <summary>An empty value is <c>null</c> and Session is left out when there is none, as Consul does.</summary>
    public static void WriteFields(Utf8JsonWriter json, KeyValueEntry entry)
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

    public static void WriteFields(Utf8JsonWriter json, SessionEntry session)
    {
        json.WriteString("ID"u8, session.Id);
        json.WriteString("Name"u8, session.Name);
        json.WriteString("Node"u8, session.Node);
        json.WriteNumber("LockDelay"u8, session.LockDelay);
        json.WriteString("Behavior"u8, session.Behavior);
        json.WriteString("TTL"u8, session.Ttl);
        json.WriteStartArray("NodeChecks"u8);
        foreach (var check in session.NodeChecks)
            json.WriteStringValue(check);
        json.WriteEndArray();
        json.WriteNumber("CreateIndex"u8, session.CreateIndex);
        json.WriteNumber("ModifyIndex"u8, session.ModifyIndex);
    }
}
