using System.Net.NetworkInformation;

namespace OverlayBridge.Overlay.Records;

/// <summary>How MAC addresses are written for people and in records.</summary>
public static class MacAddressText
{
    /// <summary>Lower-case hex with colons, <c>02:42:0a:3c:00:03</c>, as engines and <c>ip</c> write it.</summary>
    public static string ToColonText(this PhysicalAddress address) =>
        string.Join(':', address.GetAddressBytes().Select(static b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
}
