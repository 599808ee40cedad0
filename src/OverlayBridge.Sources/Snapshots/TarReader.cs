using System.Text;

namespace OverlayBridge.Sources.Snapshots;

/// <summary>
/// Goes through the plain files of a tar archive (POSIX ustar, as Go's archive/tar writes them) that is read once from front
/// to back. The base library's reader is not used here: it takes extended headers of any size into memory.
/// </summary>
internal sealed class TarReader(Stream stream)
{
    public const int BlockBytes = 512;
    private const long MaxMemberBytes = 8L << 30;

    private readonly byte[] block = new byte[BlockBytes];
    private long left;
    private int padding;

    /// <summary>Name of the member at hand.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Size of the member at hand, in bytes.</summary>
    public long Size { get; private set; }

    /// <summary>Goes to the next member; false at the archive's end.</summary>
    public async ValueTask<bool> NextAsync(CancellationToken token)
    {
        if (left > 0)
            throw new SnapshotException($"'{Name}' was not read to its end.");
        await ReadExactlyAsync(block.AsMemory(0, padding), token).ConfigureAwait(false);
        padding = 0;
        await ReadExactlyAsync(block, token).ConfigureAwait(false);
        if (block.AsSpan().IndexOfAnyExcept((byte)0) < 0)
            return false;
        if (!IsHeader(block))
            throw new SnapshotException("Its tar archive is damaged: a header has the wrong checksum.");
        Name = Encoding.UTF8.GetString(Text(block.AsSpan(0, 100)));
        if (block[156] is not ((byte)'0' or 0))
            throw new SnapshotException($"Its tar archive holds something that is no plain file: '{Name}'.");
        left = Size = Octal(block.AsSpan(124, 12)) is { } size and >= 0 and <= MaxMemberBytes
            ? size
            : throw new SnapshotException($"Its tar archive is damaged: '{Name}' has no size.");
        padding = (int)((BlockBytes - Size % BlockBytes) % BlockBytes);
        return true;
    }

    /// <summary>Reads on in the member at hand; 0 at its end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken token)
    {
        if (left == 0 || buffer.IsEmpty)
            return 0;
        var count = await stream.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], token).ConfigureAwait(false);
        left -= count;
        return count > 0 ? count : throw CutOff();
    }

    /// <summary>Whether a block is a header with the right checksum.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> block)
    {
        if (block.Length < BlockBytes || !block[257..262].SequenceEqual("ustar"u8))
            return false;
        var sum = 0L;
        for (var i = 0; i < BlockBytes; i++)
            sum += i is >= 148 and < 156 ? ' ' : block[i];
        return Octal(block[148..156]) == sum;
    }

    /// <summary>Name of the member that a header begins.</summary>
    public static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> header) => Text(header[..100]);

    private async ValueTask ReadExactlyAsync(Memory<byte> buffer, CancellationToken token)
    {
        if (await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, token).ConfigureAwait(false) < buffer.Length)
            throw CutOff();
    }

    private static SnapshotException CutOff() => new("It is cut off: its tar archive ends in the middle.");

    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> field) => field.IndexOf((byte)0) is var end and >= 0 ? field[..end] : field;

    private static long? Octal(ReadOnlySpan<byte> field)
    {
        var number = 0L;
        var digits = Text(field).Trim((byte)' ');
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return null;
            number = number * 8 + (digit - '0');
        }
        return digits.IsEmpty ? null : number;
    }
}
