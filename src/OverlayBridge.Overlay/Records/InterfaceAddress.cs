using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OverlayBridge.Overlay.Records;

/// <summary>An address with the prefix length of its subnet, as engines write it: <c>10.60.0.3/24</c>.</summary>
public sealed record InterfaceAddress(IPAddress Address, int PrefixLength)
{
    /// <summary>The subnet that the address stands in.</summary>
    public IPNetwork Subnet
    {
        get
        {
            var bytes = Address.GetAddressBytes();
            for (var i = 0; i < bytes.Length; i++)
            {
                var kept = Math.Clamp(PrefixLength - i * 8, 0, 8);
                bytes[i] &= (byte)(0xFF << (8 - kept));
            }
            return new IPNetwork(new IPAddress(bytes), PrefixLength);
        }
    }

    /// <exception cref="FormatException">Not an address, a slash and a prefix length that fits it.</exception>
    public static InterfaceAddress Parse(string text) =>
        TryParse(text) ?? throw new FormatException($"'{text}' is not an address with a prefix length, such as 10.60.0.3/24");

    /// <summary>Null when <paramref name="text"/> is not an address, a slash and a prefix length that fits it.</summary>
    public static InterfaceAddress? TryParse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IPAddress.TryParse(text.AsSpan(0, slash), out var address) ||
            !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            return null;
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        return length <= bits ? new InterfaceAddress(address, length) : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{PrefixLength}");
}
