using System.Collections.Immutable;
using System.Text;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources.Snapshots;

/// <summary>
/// The records of <c>state.bin</c> that matter here: each is one byte that says its type and a MessagePack map with the
/// fields of Consul's Go structure (agent/structs: DirEntry, Session). Checked against Consul 1.8.7.
/// </summary>
internal static class SnapshotRecords
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Type byte of a key (KVSRequestType).</summary>
    public const byte Key = 2;

    /// <summary>Type byte of a session (SessionRequestType).</summary>
    public const byte Session = 3;

    /// <summary>The map in front of all records, which has no type byte.</summary>
    public static ulong LastIndex(ReadOnlySpan<byte> header)
    {
        var reader = new MsgPackReader(header);
        ulong? index = null;
        for (var fields = reader.Map(); fields > 0; fields--)
        {
            if (reader.Bytes().SequenceEqual("LastIndex"u8))
                index = reader.UInt64();
            else
                reader.TrySkip();
        }
        return index ?? throw new SnapshotException("Its header has no LastIndex.");
    }

    public static KeyValueEntry ParseKey(ReadOnlySpan<byte> record)
    {
        var reader = new MsgPackReader(record);
        var (key, session, value) = ("", "", ImmutableArray<byte>.Empty);
        ulong flags = 0, created = 0, modified = 0, locked = 0;
        for (var fields = reader.Map(); fields > 0; fields--)
        {
            switch (Text(reader.Bytes()))
            {
                case "Key": key = Text(reader.Bytes()); break;
                case "Value": value = [.. reader.Bytes()]; break;
                case "Flags": flags = reader.UInt64(); break;
                case "CreateIndex": created = reader.UInt64(); break;
                case "ModifyIndex": modified = reader.UInt64(); break;
                case "LockIndex": locked = reader.UInt64(); break;
                case "Session": session = Text(reader.Bytes()); break;
                default: reader.TrySkip(); break;
            }
        }
        return key.Length > 0 && modified > 0
            ? new(key, value, flags, created, modified, locked, session.Length == 0 ? null : session)
            : throw new SnapshotException("A key's record lacks Key or ModifyIndex: another version of Consul wrote it than those known here.");
    }

    public static SessionEntry ParseSession(ReadOnlySpan<byte> record)
    {
        var reader = new MsgPackReader(record);
        var (id, name, node, behavior, ttl) = ("", "", "", "", "");
        var (delay, created, modified) = (0L, 0UL, 0UL);
        ImmutableArray<string> checks = [], nodeChecks = [];
        for (var fields = reader.Map(); fields > 0; fields--)
        {
            switch (Text(reader.Bytes()))
            {
                case "ID": id = Text(reader.Bytes()); break;
                case "Name": name = Text(reader.Bytes()); break;
                case "Node": node = Text(reader.Bytes()); break;
                case "Behavior": behavior = Text(reader.Bytes()); break;
                case "TTL": ttl = Text(reader.Bytes()); break;
                case "LockDelay": delay = reader.Int64(); break;
                case "CreateIndex": created = reader.UInt64(); break;
                case "ModifyIndex": modified = reader.UInt64(); break;
                // Until Consul 1.7 all checks stood in one list.
                case "Checks": checks = Texts(ref reader); break;
                case "NodeChecks": nodeChecks = Texts(ref reader); break;
                default: reader.TrySkip(); break;
            }
        }
        return id.Length > 0
            ? new(id, name, node, delay, behavior, ttl, nodeChecks.IsEmpty ? checks : nodeChecks, created, modified)
            : throw new SnapshotException("A session's record lacks ID: another version of Consul wrote it than those known here.");
    }

    private static ImmutableArray<string> Texts(ref MsgPackReader reader)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        for (var count = reader.Array(); count > 0; count--)
            texts.Add(Text(reader.Bytes()));
        return texts.DrainToImmutable();
    }

    private static string Text(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return Strict.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw new SnapshotException("A text in it is not valid UTF-8.");
        }
    }
}
