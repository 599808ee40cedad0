using System.Globalization;
using OverlayBridge.Gateway.Go;

namespace OverlayBridge.Gateway.Sessions;

/// <summary>Session ids as Consul looks them up: 36 characters, of which those that are no dash are hexadecimal.</summary>
internal static class SessionId
{
    private const int Length = 36;

    /// <summary>Why Consul cannot look the id up; null when it can.</summary>
    public static string? Fault(string id)
    {
        const string lookup = "failed session lookup: index error: ";
        if (id.Length != Length)
            return $"{lookup}UUID must be 36 characters";
        var digits = id.Replace("-", "", StringComparison.Ordinal);
        foreach (var rune in digits.EnumerateRunes())
            if (!rune.IsAscii || !char.IsAsciiHexDigit((char)rune.Value))
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{lookup}Invalid UUID: encoding/hex: invalid byte: U+{rune.Value:X4} '{GoText.Quote(rune.ToString())[1..^1]}'");
        return null;
    }

    /// <summary>What Consul says of a session that holds no lock because it is not there.</summary>
    public static string Unknown(string id) => Fault(id) ?? $"invalid session {GoText.Quote(id)}";
}
