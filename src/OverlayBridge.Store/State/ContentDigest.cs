using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using OverlayBridge.Store.Records;

namespace OverlayBridge.Store.State;

/// <summary>
/// What a flip compares: one number for all keys under a prefix, with values, flags, indexes, locks and holders, and for all imported
/// sessions. It is worked out from the old store's last answer and, when the flip is applied, from the state of that moment: nothing
/// that slipped in between goes unseen, whoever wrote it.
/// </summary>
public static class ContentDigest
{
    private const int BlockLength = 64 * 1024;

    /// <summary>Of what a store holds at this moment under the prefix of its mode.</summary>
    public static UInt128 Of(StoreState state) =>
        Of(
            state.Entries.Under(state.Mode.Prefix).Where(entry => state.Mode.Covers(entry.Key)),
            state.Sessions.Values.Where(static session => session.Imported));

    /// <param name="entries">In byte order of their keys.</param>
    /// <param name="sessions">In any order.</param>
    public static UInt128 Of(IEnumerable<StoreEntry> entries, IEnumerable<StoreSession> sessions)
    {
        var hash = new XxHash128();
        var block = new ArrayBufferWriter<byte>(BlockLength * 2);
        var writer = new RecordWriter(block);
        foreach (var entry in entries)
        {
            writer.Write(entry);
            if (block.WrittenCount >= BlockLength)
                Flush();
        }
        // A key is never empty: this parts keys from sessions.
        writer.Bytes([]);
        foreach (var session in sessions.OrderBy(static session => session.Id, StringComparer.Ordinal))
            writer.Write(session);
        Flush();
        return BinaryPrimitives.ReadUInt128BigEndian(hash.GetCurrentHash());

        void Flush()
        {
            hash.Append(block.WrittenSpan);
            block.ResetWrittenCount();
        }
    }
}
