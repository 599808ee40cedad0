using System.Globalization;

namespace OverlayBridge.Gateway.Go;

/// <summary>Numbers as Go's <c>strconv.ParseUint(s, 10, 64)</c> reads them, and refuses them in the same words.</summary>
internal static class GoNumber
{
    /// <returns>False with the error text that Consul passes on to its clients.</returns>
    public static bool TryParse(string text, out ulong value, out string error)
    {
        error = "";
        value = 0;
        if (text.Length > 0 && text.All(char.IsAsciiDigit))
        {
            if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value))
                return true;
            error = $"strconv.ParseUint: parsing {GoText.Quote(text)}: value out of range";
            return false;
        }
        error = $"strconv.ParseUint: parsing {GoText.Quote(text)}: invalid syntax";
        return false;
    }
}
