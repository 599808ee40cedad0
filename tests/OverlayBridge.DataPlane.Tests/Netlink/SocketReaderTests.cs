using CsCheck;

namespace OverlayBridge.DataPlane.Netlink;

public sealed class SocketReaderTests
{
    [Fact]
    public void Any_bytes_give_a_socket_or_the_one_error() => Gen.Byte.Array[0, 160].Sample(static body =>
    {
        try
        {
            SocketReader.Read(new NetlinkMessage(SockDiag.SOCK_DIAG_BY_FAMILY, 0, 1, body));
        }
        catch (NetlinkException)
        {
        }
    });
}
