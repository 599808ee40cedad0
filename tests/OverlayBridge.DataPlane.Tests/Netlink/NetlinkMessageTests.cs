using System.Net;
using System.Net.NetworkInformation;
using CsCheck;

namespace OverlayBridge.DataPlane.Netlink;

public sealed class NetlinkMessageTests
{
    private static readonly PhysicalAddress Mac = PhysicalAddress.Parse("02:42:0a:3c:00:03");

    private static byte[] Request(EntryChange change)
    {
        var request = new RequestBuilder();
        request.Change(change, linkIndex: 7, sequence: 42);
        return request.Written.ToArray();
    }

    private static KernelNeighbour? Neighbour(NetlinkMessage message, int linkIndex) =>
        EntryFields.TryReadNeighbour(message, linkIndex, out var fields) ? MessageReader.Neighbour(fields) : null;

    private static KernelForwarding? Forwarding(NetlinkMessage message, int linkIndex) =>
        EntryFields.TryReadForwarding(message, linkIndex, out var fields) ? MessageReader.Forwarding(fields) : null;

    [Fact]
    public void A_request_read_back_gives_the_entry_it_was_made_of() =>
        Gen.Select(Gen.Byte.Array[4], Gen.Byte.Array[6], Gen.UInt[1, 0xFFFFFF], Gen.Bool).Sample((address, mac, vni, own) =>
        {
            var neighbour = new KernelNeighbour(new IPAddress(address), new PhysicalAddress(mac));
            ReadOnlySpan<byte> rest = Request(new EntryChange.SetNeighbour(neighbour));
            Assert.True(NetlinkMessage.TryTake(ref rest, out var message));
            Assert.Equal(42u, message.Sequence);
            Assert.Equal(neighbour, Neighbour(message, 7));
            Assert.Null(Neighbour(message, 8));
            Assert.Null(Forwarding(message, 7));

            var fdb = new KernelForwarding(new PhysicalAddress(mac), new IPAddress(address), own ? null : vni);
            rest = Request(new EntryChange.SetForwarding(fdb));
            Assert.True(NetlinkMessage.TryTake(ref rest, out message));
            Assert.Equal(fdb, Forwarding(message, 7));
            Assert.Null(Neighbour(message, 7));
        });

    [Fact]
    public void Damaged_datagrams_are_read_or_refused_with_the_one_documented_error() =>
        Gen.Select(Gen.UInt[1, 0xFFFFFF], Gen.Int[0, 100], Gen.Byte, Gen.Bool, Gen.Byte.Array[0, 40]).Sample(
            (vni, position, value, cut, tail) =>
            {
                var bytes = Request(new EntryChange.SetForwarding(new KernelForwarding(Mac, IPAddress.Loopback, vni)));
                position %= bytes.Length;
                if (cut)
                    bytes = bytes[..position];
                else
                    bytes[position] = value;
                ReadAll([.. bytes, .. tail]);
            },
            iter: 20000);

    [Fact]
    public void Random_bytes_are_read_or_refused_with_the_one_documented_error() =>
        Gen.Byte.Array[0, 200].Sample(
            bytes =>
            {
                // A plausible length lets the random content through to the readers.
                if (bytes.Length >= 16)
                    (bytes[0], bytes[1], bytes[2], bytes[3]) = ((byte)bytes.Length, 0, 0, 0);
                ReadAll(bytes);
                foreach (byte type in (byte[])[2, 3, 16, 28])
                {
                    if (bytes.Length < 16)
                        return;
                    (bytes[4], bytes[5]) = (type, 0);
                    ReadAll(bytes);
                }
            },
            iter: 20000);

    private static void ReadAll(byte[] bytes)
    {
        try
        {
            ReadOnlySpan<byte> rest = bytes;
            while (NetlinkMessage.TryTake(ref rest, out var message))
            {
                MessageReader.Link(message);
                Neighbour(message, 7);
                Forwarding(message, 7);
                if (message.Type is Rtnetlink.NLMSG_ERROR or Rtnetlink.NLMSG_DONE)
                {
                    message.ErrorNumber();
                    message.ErrorText();
                }
            }
        }
        catch (NetlinkException)
        {
            // The documented error; any other fails the test.
        }
    }
}
