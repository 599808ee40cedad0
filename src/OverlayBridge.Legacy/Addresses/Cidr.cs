using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OverlayBridge.Legacy.Addresses;

/// <summary>
/// An address with a prefix length, as Go's net.ParseCIDR reads one; host bits may be set (<c>10.80.0.3/24</c>).
/// Ordered by family, address, length.
/// </summary>
/// <param name="Bits">The address as a number; of IPv4 the low 32 bits.</param>
public readonly record struct Cidr(AddressNumber Bits, int Length, bool IsIPv6) : IComparable<Cidr>
{
    // An IPv6 address with an IPv4 one at its end, and the length.
    private const int LongestText = 45 + 4;

    /// <summary>Bits of an address of this family: 32 or 128.</summary>
    public int Width => IsIPv6 ? 128 : 32;

    /// <summary>The part of the address that the prefix length leaves to hosts, all ones.</summary>
    public AddressNumber HostMask => AddressNumber.LowOnes(Width - Length);

    /// <summary>The same with the host bits cleared.</summary>
    public Cidr Network => this with { Bits = Bits & ~HostMask };

    public IPAddress Address => Bits.ToAddress(IsIPv6);

    public AddressNumber First => Bits & ~HostMask;

    public AddressNumber Last => Bits | HostMask;

    public bool Contains(Cidr other) =>
        IsIPv6 == other.IsIPv6 && other.First >= First && other.Last <= Last;

    public bool Overlaps(Cidr other) =>
        IsIPv6 == other.IsIPv6 && other.First <= Last && other.Last >= First;

    public static Cidr Of(IPAddress address, int length) =>
        new(AddressNumber.Of(address), length, address.AddressFamily == AddressFamily.InterNetworkV6);

    public static bool TryParse([NotNullWhen(true)] string? text, out Cidr cidr)
    {
        if (TryParseIPv4(text, out cidr))
            return true;
        cidr = default;
        int slash = text?.IndexOf('/') ?? -1;
        if (slash < 0 || !TryParseAddress(text![..slash], out var address))
            return false;
        var digits = text.AsSpan(slash + 1);
        cidr = Of(address, 0);
        if (digits.Length is 0 or > 3 || digits.ContainsAnyExceptInRange('0', '9') ||
            !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length > cidr.Width)
            return false;
        cidr = cidr with { Length = length };
        return true;
    }

    /// <inheritdoc cref="TryParse(string?, out Cidr)"/>
    public static bool TryParse(ReadOnlySpan<byte> ascii, out Cidr cidr)
    {
        Span<char> text = stackalloc char[LongestText];
        cidr = default;
        return ascii.Length <= LongestText && Ascii.ToUtf16(ascii, text, out int length) == OperationStatus.Done &&
            (TryParseIPv4(text[..length], out cidr) || TryParse(text[..length].ToString(), out cidr));
    }

    // The usual form, without copies; whatever is not exactly this is left to the full reader.
    private static bool TryParseIPv4(ReadOnlySpan<char> text, out Cidr cidr)
    {
        cidr = default;
        uint bits = 0;
        for (int part = 0; part < 5; part++)
        {
            int digits = 0;
            uint number = 0;
            for (; digits < 3 && digits < text.Length && char.IsAsciiDigit(text[digits]); digits++)
                number = number * 10 + (uint)(text[digits] - '0');
            if (digits == 0 || (digits > 1 && text[0] == '0') || number > (part < 4 ? 255u : 32u))
                return false;
            if (part == 4)
            {
                cidr = new Cidr(bits, (int)number, IsIPv6: false);
                return digits == text.Length;
            }
            bits = (bits << 8) | number;
            if (digits == text.Length || text[digits] != (part < 3 ? '.' : '/'))
                return false;
            text = text[(digits + 1)..];
        }
        return false;
    }

    /// <summary>Plain dotted or colon notation only; none of the short, octal and scoped forms that .NET also takes.</summary>
    public static bool TryParseAddress([NotNullWhen(true)] string? text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (text is null or { Length: 0 or > 45 })
            return false;
        bool plain = text.Contains(':') ? text.AsSpan().IndexOfAny("%[]/") < 0 : text.Split('.') is { Length: 4 } parts &&
            parts.All(p => p.Length is > 0 and <= 3 && p.All(char.IsAsciiDigit) && (p.Length == 1 || p[0] != '0'));
        return plain && IPAddress.TryParse(text, out address);
    }

    public int CompareTo(Cidr other) =>
        IsIPv6 != other.IsIPv6 ? IsIPv6.CompareTo(other.IsIPv6)
        : Bits != other.Bits ? Bits.CompareTo(other.Bits)
        : Length.CompareTo(other.Length);

    public static bool operator <(Cidr left, Cidr right) => left.CompareTo(right) < 0;

    public static bool operator >(Cidr left, Cidr right) => left.CompareTo(right) > 0;

    public static bool operator <=(Cidr left, Cidr right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Cidr left, Cidr right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"{Address}/{Length}";
}
