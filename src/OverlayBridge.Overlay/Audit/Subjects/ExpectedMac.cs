using System.Globalization;
using OverlayBridge.Legacy.Addresses;

namespace OverlayBridge.Overlay.Audit.Subjects;

/// <summary>The MAC address an engine gives without being asked for one: 02:42 and the four bytes of the IPv4 address.</summary>
internal static class ExpectedMac
{
    public static string Of(Cidr address)
    {
        uint bits = (uint)address.Bits;
        return string.Create(CultureInfo.InvariantCulture,
            $"02:42:{bits >> 24:x2}:{(bits >> 16) & 255:x2}:{(bits >> 8) & 255:x2}:{bits & 255:x2}");
    }

    /// <summary>The IPv4 address that such a MAC address tells; null for any other text.</summary>
    public static Cidr? AddressIn(string? mac) =>
        mac is { Length: 17 } && mac.StartsWith("02:42:", StringComparison.Ordinal) &&
        Octet(mac, 6) is { } a && Octet(mac, 9) is { } b && Octet(mac, 12) is { } c && Octet(mac, 15) is { } d
            ? new Cidr((UInt128)(((uint)a << 24) | ((uint)b << 16) | ((uint)c << 8) | d), 32, false)
            : null;

    private static byte? Octet(string mac, int at) =>
        byte.TryParse(mac.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte octet) ? octet : null;
}
