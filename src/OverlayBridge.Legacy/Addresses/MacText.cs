using System.Text;

namespace OverlayBridge.Legacy.Addresses;

/// <summary>A MAC address in the one form that engines write: six bytes as pairs of hexadecimal digits, with colons.</summary>
internal static class MacText
{
    private const int Length = 17;

    /// <param name="mac">The 48 bits.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong mac)
    {
        mac = 0;
        if (text.Length != Length)
            return false;
        for (int i = 0; i < Length; i++)
            if (i % 3 != 2 && char.IsAsciiHexDigit((char)text[i]))
                mac = (mac << 4) | Digit(text[i]);
            else if (i % 3 != 2 || text[i] != ':')
                return false;
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out ulong)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out ulong mac)
    {
        mac = 0;
        Span<byte> ascii = stackalloc byte[Length];
        return text.Length == Length && Ascii.FromUtf16(text, ascii, out _) == System.Buffers.OperationStatus.Done && TryParse(ascii, out mac);
    }

    // Letters have bit 6 set, and 1 to 6 in their low bits.
    private static ulong Digit(byte hex) => (ulong)((hex & 15) + (hex >> 6) * 9);
}
