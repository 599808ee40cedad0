using System.Globalization;
using System.Text;

namespace OverlayBridge.Gateway.Relay;

/// <summary>What Consul answers when it has no leader for 7 s, and closes.</summary>
internal static class NoLeaderAnswer
{
    private const string Text = "No cluster leader";

    public static ReadOnlyMemory<byte> Bytes(DateTimeOffset now, bool toHead) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 500 Internal Server Error\r\nVary: Accept-Encoding\r\nDate: {now:R}\r\nContent-Length: {Text.Length}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n{(toHead ? "" : Text)}"));
}
