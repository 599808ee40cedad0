using System.Buffers.Binary;
using System.Net;
using CsCheck;

namespace OverlayBridge.DataPlane.Redirect;

public sealed class HeldOpeningTests
{
    private static readonly IPEndPoint From = IPEndPoint.Parse("10.0.0.1:40000");
    private static readonly IPEndPoint To = IPEndPoint.Parse("10.0.0.5:8500");

    [Fact]
    public void Any_bytes_are_an_opening_or_none_and_never_an_error() => Gen.OneOf(
        Gen.Byte.Array[0, 120],
        Gen.Select(Openings.Packets, Gen.Int[0, 99], Gen.Byte, static (packet, position, value) =>
        {
            packet[position % packet.Length] = value;
            return packet;
        }),
        Gen.Select(Openings.Packets, Gen.Int[0, 99], static (packet, length) => packet[..(length % packet.Length)]))
        .Sample(static bytes => HeldOpening.Read(bytes, 0)?.Sealed(), iter: 20000);

    [Fact]
    public void An_opening_that_was_read_leaves_as_it_was_but_for_a_checksum_that_every_receiver_accepts() => Openings.Packets.Sample(static packet =>
    {
        var opening = HeldOpening.Read(packet, 7)!;
        Assert.Equal(7u, opening.Mark);
        var made = opening.Sealed();
        var (header, addresses) = packet[0] >> 4 == 4 ? (20, packet[12..20]) : (40, packet[8..40]);
        Assert.Equal(BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(header)), opening.From.Port);
        Assert.Equal(addresses, (byte[])[.. opening.From.Address.GetAddressBytes(), .. opening.To.Address.GetAddressBytes()]);
        // What a receiver does: all 16-bit words and the checksum among them make all ones (RFC 1071).
        byte[] summed = [.. addresses, 0, 6, 0, (byte)(packet.Length - header), .. made[header..]];
        var sum = 0L;
        for (var i = 0; i < summed.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(summed.AsSpan(i));
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        Assert.Equal(0xffff, sum);
        made.AsSpan(header + 16, 2).Clear();
        packet.AsSpan(header + 16, 2).Clear();
        Assert.Equal(packet, made);
    });

    [Theory]
    [InlineData(13 + 20, 0x12, "an answer")]
    [InlineData(13 + 20, 0x04, "a reset")]
    [InlineData(9, 17, "UDP")]
    [InlineData(6, 0x20, "the first of several fragments")]
    [InlineData(3, 41, "cut off")]
    [InlineData(12 + 20, 0x40, "a TCP header that is too short")]
    [InlineData(12 + 20, 0xf0, "a TCP header that is longer than the packet")]
    [InlineData(0, 0x44, "an IP header that is too short")]
    [InlineData(0, 0x4f, "an IP header that is longer than the packet")]
    public void What_is_no_whole_opening_is_none(int position, byte value, string what)
    {
        var packet = Openings.Packet(From, To, 1);
        Assert.NotNull(HeldOpening.Read(packet, 0));
        packet[position] = value;
        Assert.True(HeldOpening.Read(packet, 0) is null, what);
    }

    [Fact]
    public void The_last_opening_of_each_connection_that_is_still_being_opened_is_sent_again_and_once()
    {
        var notes = new OpeningNotes();
        var other = new IPEndPoint(To.Address, 8501);
        var (gone, standing) = (new IPEndPoint(From.Address, 40001), new IPEndPoint(From.Address, 40002));
        foreach (var (from, to, sequence) in new[] { (From, To, 1u), (gone, To, 2u), (standing, To, 3u), (From, other, 4u), (From, To, 5u) })
            notes.Add(HeldOpening.Read(Openings.Packet(from, to, sequence), 0)!);
        StoreConnection[] connections = [Connection(From, To, isOpening: true), Connection(standing, To, isOpening: false), Connection(From, other, isOpening: true)];

        Assert.Equal(5, Assert.Single(notes.Take(new HashSet<IPEndPoint> { To }, connections)).Packet.Span[27]);
        Assert.Empty(notes.Take(new HashSet<IPEndPoint> { To }, connections));
        Assert.Equal(4, Assert.Single(notes.Take(new HashSet<IPEndPoint> { other }, connections)).Packet.Span[27]);
        Assert.Equal(0, notes.Count);
    }

    [Fact]
    public void Of_too_many_openings_those_that_were_noted_first_are_forgotten()
    {
        var notes = new OpeningNotes();
        for (var port = 1; port <= OpeningNotes.Limit + 3; port++)
            notes.Add(HeldOpening.Read(Openings.Packet(new IPEndPoint(From.Address, port), To, 1), 0)!);
        Assert.Equal(OpeningNotes.Limit, notes.Count);
        var connections = Enumerable.Range(1, OpeningNotes.Limit + 3).Select(port => Connection(new IPEndPoint(From.Address, port), To, isOpening: true));
        Assert.Equal(4, notes.Take(new HashSet<IPEndPoint> { To }, connections)[0].From.Port);
    }

    private static StoreConnection Connection(IPEndPoint from, IPEndPoint to, bool isOpening) => new(from, to, isOpening, 0, default, default);
}
