using CsCheck;
using OverlayBridge.DataPlane.Redirect;

namespace OverlayBridge.DataPlane.Netlink;

public sealed class LogReaderTests
{
    private static byte[] Body(byte[] packet, byte[] mark) =>
        [2, 0, 0, 0, .. NetfilterRequest.Attribute(LogReader.NFULA_MARK, mark), .. NetfilterRequest.Attribute(LogReader.NFULA_PAYLOAD, packet)];

    private static HeldOpening? Read(byte[] body) => LogReader.Read(new NetlinkMessage(LogReader.NFULNL_MSG_PACKET, 0, 0, body));

    [Fact]
    public void A_logged_opening_comes_back_with_its_mark() => Openings.Packets.Sample(static packet =>
    {
        var opening = Read(Body(packet, [1, 2, 3, 4]))!;
        Assert.Equal(0x01020304u, opening.Mark);
        Assert.Equal(packet, opening.Packet);
    });

    [Fact]
    public void Any_bytes_give_an_opening_or_nothing_or_the_one_error() => Gen.OneOf(
        Gen.Byte.Array[0, 160],
        Gen.Select(Openings.Packets, Gen.Byte.Array[0, 5], Gen.Int[0, 150], Gen.Byte, static (packet, mark, position, value) =>
        {
            var body = Body(packet, mark);
            body[position % body.Length] = value;
            return body;
        })).Sample(
            static body =>
            {
                try
                {
                    Read(body);
                }
                catch (NetlinkException)
                {
                }
            },
            iter: 20000);

    [Fact]
    public void Messages_of_another_kind_are_passed_over() => Assert.Null(LogReader.Read(new NetlinkMessage(2, 0, 0, [1])));

    [Fact]
    public void A_request_to_listen_names_the_group_and_asks_for_each_packet_at_once()
    {
        ReadOnlySpan<byte> rest = LogSocket.Request(0x300b, sequence: 9);
        Assert.True(NetlinkMessage.TryTake(ref rest, out var message));
        Assert.True(rest.IsEmpty);
        Assert.Equal((0x401, 9u), (message.Type, message.Sequence));
        Assert.Equal([0, 0, 0x30, 0x0b], message.Body[..4].ToArray());
    }
}
