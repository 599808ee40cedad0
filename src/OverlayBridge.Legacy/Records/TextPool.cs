using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace OverlayBridge.Legacy.Records;

/// <summary>
/// Gives the same string for equal texts that stand near each other, for a store repeats hosts, pools, aliases and ids
/// a hundred thousand times. It remembers a fixed number of them. For one thread.
/// </summary>
public sealed class TextPool
{
    private const int Slots = 2048;
    private const int LongestText = 128;

    private readonly string?[] _slots = new string?[Slots];

    /// <summary>The text; it must be ASCII.</summary>
    public string Get(ReadOnlySpan<byte> ascii)
    {
        if (ascii.IsEmpty)
            return "";
        if (ascii.Length > LongestText)
            return Encoding.ASCII.GetString(ascii);
        ref string? slot = ref _slots[SlotOf(ascii)];
        return slot is not null && Ascii.Equals(ascii, slot) ? slot : slot = Encoding.ASCII.GetString(ascii);
    }

    // Addresses differ at their end, ids everywhere.
    private static int SlotOf(ReadOnlySpan<byte> text)
    {
        ulong tail = text.Length >= 8 ? BinaryPrimitives.ReadUInt64LittleEndian(text[^8..]) : Short(text);
        return (int)((tail * 0x9E3779B97F4A7C15 + (ulong)text.Length) >> 32) & (Slots - 1);
    }

    private static ulong Short(ReadOnlySpan<byte> text)
    {
        ulong value = 0;
        text.CopyTo(MemoryMarshal.AsBytes(new Span<ulong>(ref value)));
        return value;
    }
}
