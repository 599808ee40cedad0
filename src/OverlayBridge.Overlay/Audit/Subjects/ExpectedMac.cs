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

    /// <summary>The IPv4 address that such a MAC address tells; null for any other.</summary>
    public static Cidr? AddressIn(ulong? mac) => mac is { } bits && bits >> 32 == 0x0242 ? new Cidr((uint)bits, 32, false) : null;
}
