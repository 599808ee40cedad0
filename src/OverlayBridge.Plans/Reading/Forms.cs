using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using OverlayBridge.Overlay.Plans;

namespace OverlayBridge.Plans.Reading;

/// <summary>The forms of single values in a plan file, the same for reading and writing.</summary>
internal static class Forms
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
        [("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)), ("h", TimeSpan.FromHours(1))];

    public static bool Text(string text, out string value) => (value = text).Length > 0;

    public static bool OptionalText(string text, out string? value) => (value = text).Length > 0;

    public static bool Flag(string text, out bool value) => (value = text == "true") || text == "false";

    public static bool Number(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    public static bool Index(string text, out ulong value) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    public static bool Moment(string text, out DateTimeOffset value) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out value);

    public static string Moment(DateTimeOffset value) => value.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static bool Address(string text, out IPAddress value) =>
        IPAddress.TryParse(text, out value!) && (value.AddressFamily == AddressFamily.InterNetworkV6 || text.Count(static c => c == '.') == 3);

    public static bool Subnet(string text, out IPNetwork value) => IPNetwork.TryParse(text, out value) && value.ToString() == text;

    public static bool Mac(string text, out PhysicalAddress value) => PhysicalAddress.TryParse(text, out value!) && value.GetAddressBytes().Length == 6;

    /// <summary><c>500ms</c>, <c>2s</c>, <c>5m</c>, <c>1h</c>; whole numbers, more than nothing.</summary>
    public static bool Duration(string text, out TimeSpan value)
    {
        value = default;
        foreach (var (unit, length) in Units)
            if (text.EndsWith(unit, StringComparison.Ordinal) && int.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                value = length * count;
        return value > TimeSpan.Zero;
    }

    public static string Duration(TimeSpan value)
    {
        var (unit, length) = Units.Last(unit => value.Ticks % unit.Length.Ticks == 0 || unit.Unit == "ms");
        return string.Create(CultureInfo.InvariantCulture, $"{value.Ticks / length.Ticks}{unit}");
    }

    /// <summary><c>5%</c>, or the share itself: <c>0.05</c>.</summary>
    public static bool Share(string text, out double value)
    {
        var isPercent = text.EndsWith('%');
        if (!double.TryParse(isPercent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value))
            return false;
        value = isPercent ? value / 100 : value;
        return value is >= 0 and <= 1;
    }

    public static string Share(double value) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(value * 100, 6)}%");

    /// <summary><c>2</c> or <c>25%</c>.</summary>
    public static bool Allowance(string text, out Allowance value) => Overlay.Plans.Allowance.TryParse(text, out value);

    public static bool OptionalAllowance(string text, out Allowance? value)
    {
        var good = Allowance(text, out var allowance);
        value = allowance;
        return good;
    }

    public static bool Strategy(string text, out HostStrategy value)
    {
        value = text == "move-container" ? HostStrategy.MoveContainer : HostStrategy.ConvertHost;
        return text == Word(value);
    }

    public static string Word(HostStrategy strategy) => strategy == HostStrategy.ConvertHost ? "convert-host" : "move-container";

    public static bool Upgrade(string text, out UpgradeTime value)
    {
        value = text == "afterwards" ? UpgradeTime.Afterwards : UpgradeTime.WithConversion;
        return text == Word(value);
    }

    public static string Word(UpgradeTime time) => time == UpgradeTime.Afterwards ? "afterwards" : "with-conversion";

    public static bool Kind(string text, out StageKind value) =>
        Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value) && text == Word(value);

    public static string Word(StageKind kind) => kind.ToString().ToLowerInvariant();

    public static bool Day(string text, out DayOfWeek value) => Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value) && text == Word(value);

    public static string Word(DayOfWeek day) => day.ToString().ToLowerInvariant();

    public static bool Time(string text, out TimeOnly value) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out value);

    public static string Time(TimeOnly value) => value.ToString("HH:mm", CultureInfo.InvariantCulture);

    public static bool Web(string text, out Uri value) =>
        Uri.TryCreate(text, UriKind.Absolute, out value!) && value.Scheme is "http" or "https" && value.Host.Length > 0;

    /// <summary><c>HOST:PORT</c>.</summary>
    public static bool Tcp(string text, out ProbeTarget.Tcp value)
    {
        var colon = text.LastIndexOf(':');
        value = new(colon > 0 ? text[..colon] : "", 0);
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        value = value with { Port = port };
        return port is > 0 and <= 65535 && Uri.CheckHostName(value.Host.Trim('[', ']')) != UriHostNameType.Unknown;
    }
}
