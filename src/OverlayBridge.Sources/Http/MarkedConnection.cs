using System.Net;
using System.Net.Sockets;

namespace OverlayBridge.Sources.Http;

/// <summary>
/// TCP connections that a redirect of the store's address on this host leaves alone: who names a store is to reach it, and not what has
/// taken its place for the engines. Told by the socket's mark (SO_MARK); docs/decisions/017. A server that is gone without a word, by the power of its host or by the network's fault, is noticed
/// within <see cref="NoticedWithinSeconds"/>, also while an answer is waited for that may take minutes.
/// </summary>
public static class MarkedConnection
{
    /// <summary>What the rules of a hold and of a redirect exempt.</summary>
    public const uint Mark = 0x300b;

    /// <summary>TCP keep-alive: a question after so long a silence, then one more each so often, and so many without an answer end the connection.</summary>
    private const int AskedAfterSeconds = 5;
    private const int AskedEachSeconds = 2;
    private const int MostUnanswered = 3;

    /// <summary>So long at most a silent server is taken for one that has nothing to say.</summary>
    public const int NoticedWithinSeconds = AskedAfterSeconds + (MostUnanswered * AskedEachSeconds);

    private const int SocketLevel = 1;
    private const int MarkOption = 36;

    /// <exception cref="SocketException">No connection can be made.</exception>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint end, CancellationToken token)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            Prepare(socket);
            await socket.ConnectAsync(end, token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>To be called before the socket connects.</summary>
    public static void Prepare(Socket socket)
    {
        TryMark(socket);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, AskedAfterSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, AskedEachSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, MostUnanswered);
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
