using System.Buffers.Binary;
using System.Net;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>The packet by which a program of this host opened a TCP connection (SYN), and which a hold dropped. Pure.</summary>
/// <param name="Mark">The socket mark its program set, for routes that go by it; 0 for none.</param>
/// <param name="Packet">From the IP header on. Its TCP checksum may not be there yet: it is left to network devices.</param>
internal sealed record HeldOpening(IPEndPoint From, IPEndPoint To, uint Mark, ReadOnlyMemory<byte> Packet)
{
    private const byte Tcp = 6;
    private const int ShortestTcp = 20;
    private const int ChecksumOffset = 16;

    /// <summary>Reads a packet, IPv4 or IPv6; null for one that is no opening, was cut off, is a fragment or has IPv6 extension headers.</summary>
    public static HeldOpening? Read(ReadOnlySpan<byte> packet, uint mark)
    {
        if (Header(packet) is not var (length, address, size) || packet.Length < length + ShortestTcp)
            return null;
        var tcp = packet[length..];
        var isOpening = (tcp[13] & 0b1_0111) == 0b10; // SYN without ACK, RST and FIN
        if (!isOpening || tcp[12] >> 4 < ShortestTcp / 4 || (tcp[12] >> 4) * 4 > tcp.Length)
            return null;
        return new HeldOpening(
            End(packet.Slice(address, size), tcp), End(packet.Slice(address + size, size), tcp[2..]), mark, packet.ToArray());
    }

    /// <summary>The packet with the TCP checksum it needs (RFC 9293, 3.1): of what it says, its addresses, its protocol and its length.</summary>
    public byte[] Sealed()
    {
        var packet = Packet.ToArray();
        var (length, address, size) = Header(packet)!.Value;
        var tcp = packet.AsSpan(length);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[ChecksumOffset..], 0);
        var sum = Sum(packet.AsSpan(address, 2 * size)) + Tcp + tcp.Length + Sum(tcp);
        while (sum > ushort.MaxValue)
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[ChecksumOffset..], (ushort)~sum);
        return packet;
    }

    /// <returns>The IP header's length, where its two addresses begin, and how long each is.</returns>
    private static (int Length, int Address, int Size)? Header(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < 40)
            return null;
        switch (packet[0] >> 4)
        {
            case 4 when packet[9] == Tcp && (packet[0] & 15) >= 5:
                var isFragment = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3fff) != 0;
                return isFragment || BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) != packet.Length ? null : ((packet[0] & 15) * 4, 12, 4);
            case 6 when packet[6] == Tcp:
                return BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) != packet.Length - 40 ? null : (40, 8, 16);
            default:
                return null;
        }
    }

    private static int Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        for (var i = 0; i < bytes.Length; i += 2)
            sum += (bytes[i] << 8) | (i + 1 < bytes.Length ? bytes[i + 1] : 0);
        return sum;
    }

    private static IPEndPoint End(ReadOnlySpan<byte> address, ReadOnlySpan<byte> port) => new(new IPAddress(address), BinaryPrimitives.ReadUInt16BigEndian(port));
}
