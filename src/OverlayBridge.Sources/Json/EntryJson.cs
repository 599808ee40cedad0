using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources.Json;

/// <summary>One key as JSON, in the two forms that Consul 1.8.7 writes.</summary>
internal static class EntryJson
{
    // Required fields, each at the place of its bit.
    private static readonly ImmutableArray<string> EntryFields = ["Key", "Value", "Flags", "CreateIndex", "ModifyIndex", "LockIndex"];
    private static readonly ImmutableArray<string> ExportFields = ["key", "value", "flags"];
    private static readonly ImmutableArray<string> SessionFields = ["ID", "Node", "LockDelay", "Behavior", "CreateIndex", "ModifyIndex"];

    /// <summary>An object of <c>GET /v1/kv/?recurse</c>, and of our own dumps: every field but Session is required.</summary>
    public static KeyValueEntry Parse(ReadOnlySpan<byte> json, long offset)
    {
        var fields = new ObjectFields(json, offset);
        var (key, value, session) = ("", default(ImmutableArray<byte>), default(string));
        ulong flags = 0, created = 0, modified = 0, locked = 0;
        var seen = 0;
        while (fields.Next())
        {
            switch (fields.Name)
            {
                case "Key": fields.Once(ref seen, 0); fields.Key = key = fields.String(); break;
                case "Value": fields.Once(ref seen, 1); value = fields.Bytes(); break;
                case "Flags": fields.Once(ref seen, 2); flags = fields.UInt64(); break;
                case "CreateIndex": fields.Once(ref seen, 3); created = fields.UInt64(); break;
                case "ModifyIndex": fields.Once(ref seen, 4); modified = fields.UInt64(); break;
                case "LockIndex": fields.Once(ref seen, 5); locked = fields.UInt64(); break;
                case "Session": fields.Once(ref seen, 6); session = fields.String(); break;
                default: fields.Skip(); break;
            }
        }
        Require(ref fields, seen, EntryFields);
        RequireText(ref fields, key, "Key");
        return new(key, value, flags, created, modified, locked, string.IsNullOrEmpty(session) ? null : session);
    }

    /// <summary>An object of <c>consul kv export</c>: lower-case names, no indexes.</summary>
    public static KeyValueEntry ParseExport(ReadOnlySpan<byte> json, long offset)
    {
        var fields = new ObjectFields(json, offset);
        var (key, value, flags) = ("", default(ImmutableArray<byte>), 0UL);
        var seen = 0;
        while (fields.Next())
        {
            switch (fields.Name)
            {
                case "key": fields.Once(ref seen, 0); fields.Key = key = fields.String(); break;
                case "value": fields.Once(ref seen, 1); value = fields.Bytes(); break;
                case "flags": fields.Once(ref seen, 2); flags = fields.UInt64(); break;
                default: fields.Skip(); break;
            }
        }
        Require(ref fields, seen, ExportFields);
        RequireText(ref fields, key, "key");
        return new(key, value, flags);
    }

    /// <summary>An object of <c>GET /v1/session/list</c>; the service checks of a session are not kept, engines use none.</summary>
    public static SessionEntry ParseSession(ReadOnlySpan<byte> json, long offset)
    {
        var fields = new ObjectFields(json, offset);
        var (id, name, node, behavior, ttl) = ("", "", "", "", "");
        var (lockDelay, created, modified) = (0L, 0UL, 0UL);
        ImmutableArray<string> nodeChecks = [];
        var seen = 0;
        while (fields.Next())
        {
            switch (fields.Name)
            {
                case "ID": fields.Once(ref seen, 0); fields.Key = id = fields.String(); break;
                case "Node": fields.Once(ref seen, 1); node = fields.String(); break;
                case "LockDelay": fields.Once(ref seen, 2); lockDelay = fields.Int64(); break;
                case "Behavior": fields.Once(ref seen, 3); behavior = fields.String(); break;
                case "CreateIndex": fields.Once(ref seen, 4); created = fields.UInt64(); break;
                case "ModifyIndex": fields.Once(ref seen, 5); modified = fields.UInt64(); break;
                case "Name": fields.Once(ref seen, 6); name = fields.String(); break;
                case "TTL": fields.Once(ref seen, 7); ttl = fields.String(); break;
                case "NodeChecks": fields.Once(ref seen, 8); nodeChecks = fields.Strings(); break;
                default: fields.Skip(); break;
            }
        }
        Require(ref fields, seen, SessionFields);
        RequireText(ref fields, id, "ID");
        return new(id, name, node, lockDelay, behavior, ttl, nodeChecks, created, modified);
    }

    private static void Require(ref ObjectFields fields, int seen, ImmutableArray<string> names)
    {
        for (var bit = 0; bit < names.Length; bit++)
            if ((seen & (1 << bit)) == 0)
                throw fields.Missing(names[bit]);
    }

    private static void RequireText(ref ObjectFields fields, string text, string name)
    {
        if (text.Length == 0)
            throw fields.Missing(name);
    }
}
