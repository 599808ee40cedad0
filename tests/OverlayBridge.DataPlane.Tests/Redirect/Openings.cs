using System.Buffers.Binary;
using System.Net;
using CsCheck;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>Packets that open connections, as a kernel makes them.</summary>
internal static class Openings
{
    /// <summary>IPv4 and IPv6, with TCP options of any length and content, and what a device would be left to put in as the checksum.</summary>
    public static readonly Gen<byte[]> Packets = Gen.Select(
        Gen.OneOf(Gen.Select(Gen.Byte.Array[4], Gen.Byte.Array[4]), Gen.Select(Gen.Byte.Array[16], Gen.Byte.Array[16])),
        Gen.UShort, Gen.UShort, Gen.UInt, Gen.Int[0, 10].SelectMany(static words => Gen.Byte.Array[words * 4]), Gen.UShort,
        static (ends, from, to, sequence, options, checksum) =>
            Packet(new IPEndPoint(new IPAddress(ends.Item1), from), new IPEndPoint(new IPAddress(ends.Item2), to), sequence, options, checksum));

    public static byte[] Packet(IPEndPoint from, IPEndPoint to, uint sequence, byte[]? options = null, ushort checksum = 0)
    {
        var addresses = from.Address.GetAddressBytes().Concat(to.Address.GetAddressBytes()).ToArray();
        var tcp = new byte[20 + (options?.Length ?? 0)];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), (ushort)to.Port);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(4), sequence);
        tcp[12] = (byte)((tcp.Length / 4) << 4);
        tcp[13] = 2; // SYN
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(16), checksum);
        options?.CopyTo(tcp, 20);
        var ip = new byte[addresses.Length == 8 ? 12 : 8];
        if (addresses.Length == 8)
        {
            (ip[0], ip[6], ip[8], ip[9]) = (0x45, 0x40, 64, 6); // don't fragment
            BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(2), (ushort)(20 + tcp.Length));
        }
        else
        {
            (ip[0], ip[6], ip[7]) = (0x60, 6, 64);
            BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(4), (ushort)tcp.Length);
        }
        return [.. ip, .. addresses, .. tcp];
    }
}
