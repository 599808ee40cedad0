using System.Collections.Immutable;
using System.Runtime.InteropServices;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Records;

/// <summary>Entries and sessions as they stand in import commands and in snapshots.</summary>
internal static class StateRecords
{
    public static void Write(this RecordWriter writer, StoreEntry entry)
    {
        writer.Bytes(entry.Key.Span);
        writer.Bytes(entry.Value.AsSpan());
        writer.Number(entry.Flags);
        writer.Number(entry.LockIndex);
        writer.OptionalText(entry.Session);
        writer.Number(entry.CreateIndex);
        writer.Number(entry.ModifyIndex);
    }

    public static StoreEntry Entry(ref this RecordReader reader) => new(
        reader.Key(),
        reader.Value(),
        reader.Number(),
        reader.Number(),
        reader.OptionalText(),
        reader.Number(),
        reader.Number());

    public static void Write(this RecordWriter writer, StoreSession session)
    {
        writer.Text(session.Id);
        writer.Text(session.Name);
        writer.Text(session.Node);
        writer.Number((ulong)session.LockDelay);
        writer.Text(session.Behavior);
        writer.Text(session.Ttl);
        writer.Number((ulong)session.NodeChecks.Length);
        foreach (var check in session.NodeChecks)
            writer.Text(check);
        writer.Number(session.CreateIndex);
        writer.Number(session.ModifyIndex);
    }

    public static StoreSession Session(ref this RecordReader reader) => new(
        reader.Text(),
        reader.Text(),
        reader.Text(),
        (long)reader.Number(),
        reader.Text(),
        reader.Text(),
        reader.Texts(),
        reader.Number(),
        reader.Number());

    public static StoreKey Key(ref this RecordReader reader) => StoreKey.FromBytes(reader.Bytes());

    public static ImmutableArray<byte> Value(ref this RecordReader reader) =>
        ImmutableCollectionsMarshal.AsImmutableArray(reader.Bytes().ToArray());

    private static ImmutableArray<string> Texts(ref this RecordReader reader)
    {
        var texts = new string[reader.Count()];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = reader.Text();
        return ImmutableCollectionsMarshal.AsImmutableArray(texts);
    }
}
