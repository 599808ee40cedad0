using OverlayBridge.Store.History;

namespace OverlayBridge.Store.Records;

/// <summary>What the history is made of, as it stands in log entries and snapshots.</summary>
internal static class HistoryRecords
{
    public static void Write(this RecordWriter writer, Origin origin)
    {
        writer.Byte((byte)origin.Kind);
        writer.Text(origin.Name);
        writer.Text(origin.TokenId);
        writer.Text(origin.Address);
        writer.Text(origin.Program);
    }

    /// <summary>A kind of a newer program is one that is not known here; it decides nothing.</summary>
    public static Origin Origin(ref this RecordReader reader)
    {
        var kind = (OriginKind)reader.Byte();
        return new Origin(Enum.IsDefined(kind) ? kind : OriginKind.Unknown, reader.Text(), reader.Text(), reader.Text(), reader.Text());
    }

    public static void Write(this RecordWriter writer, HistoryLimits limits)
    {
        writer.Number((ulong)limits.MaxChanges);
        writer.Number((ulong)limits.MaxBytes);
        writer.Number((ulong)limits.MaxAge.TotalMilliseconds);
    }

    public static HistoryLimits HistoryLimits(ref this RecordReader reader)
    {
        var start = reader.Position;
        var (changes, bytes, age) = (reader.Number(), reader.Number(), reader.Number());
        return changes <= History.HistoryLimits.MostChanges && bytes <= History.HistoryLimits.MostBytes && age <= (ulong)TimeSpan.MaxValue.TotalMilliseconds / 2
            ? new HistoryLimits((int)changes, (long)bytes, TimeSpan.FromMilliseconds((long)age))
            : throw new DamagedDataException($"The limits of the history at byte {start} are beyond what there can be.");
    }
}
