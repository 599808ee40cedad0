using System.Buffers.Binary;
using System.Net;

namespace OverlayBridge.Legacy.Addresses;

/// <summary>
/// An address as a number of 128 bits; of IPv4 the low 32. Not a <see cref="UInt128"/>: no method that has one of these, or a value that
/// contains one, can be compiled ahead of time, which made half of an audit's work code of the first, slow tier.
/// </summary>
public readonly record struct AddressNumber(ulong High, ulong Low) : IComparable<AddressNumber>
{
    private const int Half = 64;
    private const int Bytes = 16;

    /// <summary>The number whose lowest bits are set, up to 128 of them.</summary>
    public static AddressNumber LowOnes(int count) =>
        count <= Half ? new(0, Ones(count)) : new(Ones(count - Half), ulong.MaxValue);

    public static AddressNumber Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        address.TryWriteBytes(bytes, out int written);
        return written == sizeof(uint)
            ? new(0, BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[sizeof(ulong)..]));
    }

    public IPAddress ToAddress(bool isIPv6)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[sizeof(ulong)..], Low);
        return new IPAddress(isIPv6 ? bytes : bytes[(Bytes - sizeof(uint))..]);
    }

    public int CompareTo(AddressNumber other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    public static implicit operator AddressNumber(ulong number) => new(0, number);

    /// <summary>The low 64 bits.</summary>
    public static explicit operator ulong(AddressNumber number) => number.Low;

    /// <summary>The low 32 bits: an IPv4 address.</summary>
    public static explicit operator uint(AddressNumber number) => unchecked((uint)number.Low);

    public static AddressNumber operator ~(AddressNumber number) => new(~number.High, ~number.Low);

    public static AddressNumber operator &(AddressNumber left, AddressNumber right) => new(left.High & right.High, left.Low & right.Low);

    public static AddressNumber operator |(AddressNumber left, AddressNumber right) => new(left.High | right.High, left.Low | right.Low);

    public static AddressNumber operator +(AddressNumber left, AddressNumber right) => unchecked(
        new(left.High + right.High + (left.Low + right.Low < left.Low ? 1UL : 0), left.Low + right.Low));

    public static AddressNumber operator -(AddressNumber left, AddressNumber right) => unchecked(
        new(left.High - right.High - (left.Low < right.Low ? 1UL : 0), left.Low - right.Low));

    public static bool operator <(AddressNumber left, AddressNumber right) => left.CompareTo(right) < 0;

    public static bool operator >(AddressNumber left, AddressNumber right) => left.CompareTo(right) > 0;

    public static bool operator <=(AddressNumber left, AddressNumber right) => left.CompareTo(right) <= 0;

    public static bool operator >=(AddressNumber left, AddressNumber right) => left.CompareTo(right) >= 0;

    private static ulong Ones(int count) => count >= Half ? ulong.MaxValue : (1UL << count) - 1;
}
