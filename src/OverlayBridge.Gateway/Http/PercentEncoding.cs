using System.Globalization;
using System.Text;

namespace OverlayBridge.Gateway.Http;

/// <summary>Percent-encoding on bytes, as keys need not be UTF-8.</summary>
internal static class PercentEncoding
{
    /// <returns>Null when a <c>%</c> is not followed by two hexadecimal digits.</returns>
    public static byte[]? Decode(string text)
    {
        var source = Encoding.UTF8.GetBytes(text);
        if (!text.Contains('%', StringComparison.Ordinal))
            return source;
        var target = 0;
        for (var i = 0; i < source.Length; i++)
        {
            var value = source[i];
            if (value == '%')
            {
                if (i + 2 >= source.Length || !char.IsAsciiHexDigit((char)source[i + 1]) || !char.IsAsciiHexDigit((char)source[i + 2]))
                    return null;
                value = byte.Parse(source.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                i += 2;
            }
            source[target++] = value;
        }
        return source[..target];
    }

    /// <summary>Leaves letters, digits and the characters of <paramref name="unreserved"/> as they are.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes, string unreserved)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var value in bytes)
        {
            if (char.IsAsciiLetterOrDigit((char)value) || unreserved.Contains((char)value, StringComparison.Ordinal))
                text.Append((char)value);
            else
                text.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }
        return text.ToString();
    }
}
