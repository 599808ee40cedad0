using System.Security.Cryptography;
using System.Text;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources.Json;

namespace OverlayBridge.Sources.Snapshots;

/// <summary>
/// Reads what <c>consul snapshot save</c> writes, unpacked from gzip: a tar archive of <c>meta.json</c>, <c>state.bin</c> and
/// <c>SHA256SUMS</c>. The image is given only when all sums are right.
/// </summary>
internal sealed class SnapshotReader(string name, string prefix, SourceOptions options, Stream tar)
{
    private const string State = "state.bin", Sums = "SHA256SUMS";
    private const int MaxSumsBytes = 64 << 10;
    private const int MaxMembers = 16;
    private const int FirstBufferBytes = 64 << 10;
    private const int ProgressEveryKeys = 4096;

    private readonly TarReader members = new(tar);
    private readonly EntryCollector entries = new(prefix, options.Limits.MaxEntries);
    private readonly SessionCollector sessions = new(options.Limits.MaxEntries);
    private readonly Dictionary<string, string> found = new(StringComparer.Ordinal);
    private byte[] buffer = new byte[FirstBufferBytes];
    private int start;
    private int end;
    private long offset;
    private ulong? index;

    /// <summary>Whether a file that begins like this is a snapshot.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head) =>
        TarReader.IsHeader(head) && TarReader.NameOf(head) is var first && (first.SequenceEqual("meta.json"u8) || first.SequenceEqual("state.bin"u8));

    /// <exception cref="SnapshotException">It is damaged, or of a form that is not known here.</exception>
    public async ValueTask<StoreImage> ReadAsync(CancellationToken token)
    {
        Dictionary<string, string>? sums = null;
        for (var count = 0; await members.NextAsync(token).ConfigureAwait(false); count++)
        {
            if (count == MaxMembers || (members.Name == Sums ? sums is not null : found.ContainsKey(members.Name)))
                throw new SnapshotException($"Its tar archive holds more than a snapshot does: '{members.Name}'.");
            if (members.Name == Sums)
                sums = await ReadSumsAsync(token).ConfigureAwait(false);
            else
                found[members.Name] = await ReadMemberAsync(members.Name == State, token).ConfigureAwait(false);
        }
        Verify(sums ?? throw new SnapshotException($"It has no {Sums}."));
        var (kept, at) = (entries.Finish(), index ?? throw new SnapshotException($"It has no {State}."));
        return entries.Seen > 0 && kept.IsEmpty ? throw Dumps.DumpErrors.NothingUnder(name, prefix, entries) : new(name, at, kept, sessions.Finish());
    }

    private void Verify(Dictionary<string, string> sums)
    {
        foreach (var (member, sum) in found)
            if (!sums.TryGetValue(member, out var wanted) || wanted != sum)
                throw new SnapshotException($"It is damaged: the SHA-256 of {member} is not the one in {Sums}.");
    }

    private async ValueTask<Dictionary<string, string>> ReadSumsAsync(CancellationToken token)
    {
        if (members.Size > MaxSumsBytes)
            throw new SnapshotException($"Its {Sums} is larger than {MaxSumsBytes} bytes.");
        var text = new byte[members.Size];
        for (var read = 0; read < text.Length;)
            read += await members.ReadAsync(text.AsMemory(read), token).ConfigureAwait(false);
        var sums = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words is not [{ Length: 64 } sum, var member] || !sums.TryAdd(member, sum.ToLowerInvariant()))
                throw new SnapshotException($"Its {Sums} is not what sha256sum writes.");
        }
        return sums;
    }

    /// <summary>Reads a member to its end and gives its SHA-256.</summary>
    private async ValueTask<string> ReadMemberAsync(bool isState, CancellationToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        (start, end, offset) = (0, 0, 0);
        while (await FillAsync(hash, token).ConfigureAwait(false))
        {
            if (isState)
                TakeRecords();
            else
                start = end;
        }
        if (start < end)
            throw new SnapshotException($"{State} ends in the middle of a record, at byte {offset + start}.");
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async ValueTask<bool> FillAsync(IncrementalHash hash, CancellationToken token)
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (offset, end, start) = (offset + start, end - start, 0);
        if (end == buffer.Length)
        {
            if (buffer.Length >= options.Limits.MaxEntryBytes)
                throw new SnapshotException($"The record at byte {offset} of {State} is larger than {options.Limits.MaxEntryBytes} bytes.");
            Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, options.Limits.MaxEntryBytes));
        }
        var count = await members.ReadAsync(buffer.AsMemory(end), token).ConfigureAwait(false);
        hash.AppendData(buffer, end, count);
        end += count;
        return count > 0;
    }

    /// <summary>Takes all records that are whole in the buffer.</summary>
    private void TakeRecords()
    {
        while (start < end)
        {
            // The first thing is the header, which has no type byte.
            var typeBytes = index is null ? 0 : 1;
            var record = buffer.AsSpan(start + typeBytes, end - start - typeBytes);
            var reader = new MsgPackReader(record);
            if (!reader.TrySkip())
                return;
            Take(typeBytes == 0 ? null : buffer[start], record[..reader.Position]);
            start += typeBytes + reader.Position;
        }
    }

    private void Take(byte? type, ReadOnlySpan<byte> record)
    {
        switch (type)
        {
            case null:
                index = SnapshotRecords.LastIndex(record);
                break;
            case SnapshotRecords.Key:
                entries.Add(SnapshotRecords.ParseKey(record), offset + start);
                if (entries.Seen % ProgressEveryKeys == 0)
                    options.Progress?.Report(new($"reading {name}", entries.Seen, null, offset + start));
                break;
            case SnapshotRecords.Session:
                sessions.Add(SnapshotRecords.ParseSession(record), offset + start);
                break;
            default:
                // Nodes, services, ACLs, indexes…: not ours, and their form is not looked at.
                break;
        }
    }
}
