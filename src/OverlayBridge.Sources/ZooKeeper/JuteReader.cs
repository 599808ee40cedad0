using System.Buffers.Binary;
using System.Text;

namespace OverlayBridge.Sources.ZooKeeper;

/// <summary>Reads one packet of ZooKeeper's protocol; whatever is not there is a <see cref="ProtocolException"/>.</summary>
internal ref struct JuteReader(ReadOnlySpan<byte> packet)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> rest = packet;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Left => rest.Length;

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)));

    /// <summary>A length of −1 is no bytes.</summary>
    public ReadOnlySpan<byte> Bytes() => Take(Math.Max(0, Length()));

    public string Text()
    {
        try
        {
            return Strict.GetString(Bytes());
        }
        catch (DecoderFallbackException)
        {
            throw new ProtocolException("a text in an answer is not valid UTF-8");
        }
    }

    /// <summary>How many elements follow, each of at least <paramref name="leastBytes"/> bytes; −1 is none.</summary>
    public int Count(int leastBytes)
    {
        var count = Math.Max(0, Length());
        return (long)count * leastBytes <= rest.Length ? count : throw new ProtocolException($"an answer claims {count} elements and is too short for them");
    }

    private int Length()
    {
        var length = Int32();
        return length >= -1 ? length : throw new ProtocolException($"an answer holds the length {length}");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
            throw new ProtocolException("an answer is shorter than what it must hold");
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
