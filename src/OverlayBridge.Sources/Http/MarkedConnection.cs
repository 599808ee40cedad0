using System.Net;
using System.Net.Sockets;

namespace OverlayBridge.Sources.Http;

/// <summary>
/// TCP connections that a redirect of the store's address on this host leaves alone: who names a store is to reach it, and not what has
/// taken its place for the engines. Told by the socket's mark (SO_MARK); docs/decisions/017.
/// </summary>
public static class MarkedConnection
{
    /// <summary>What the rules of a hold and of a redirect exempt.</summary>
    public const uint Mark = 0x300b;

    private const int SocketLevel = 1;
    private const int MarkOption = 36;

    /// <exception cref="SocketException">No connection can be made.</exception>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint end, CancellationToken token)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            TryMark(socket);
            await socket.ConnectAsync(end, token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <returns>Whether this process may mark sockets: as root, or with CAP_NET_ADMIN or CAP_NET_RAW. Others are redirected like everybody.</returns>
    public static bool TryMark(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            socket.SetRawSocketOption(SocketLevel, MarkOption, BitConverter.GetBytes(Mark));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            return false;
        }
    }
}
