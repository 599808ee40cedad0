using System.Net;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>A TCP connection of this host to an address of a store, whatever address that is rewritten to.</summary>
/// <param name="IsOpening">No answer to its opening has come yet.</param>
/// <param name="Unsent">Bytes that the other end has not acknowledged.</param>
/// <param name="SinceSent">Since it last sent data.</param>
/// <param name="SinceReceived">Since it last received data.</param>
public sealed record StoreConnection(IPEndPoint Local, IPEndPoint Store, bool IsOpening, long Unsent, TimeSpan SinceSent, TimeSpan SinceReceived)
{
    /// <summary>
    /// It has sent data and never received any: its first request is under way, whatever the times say, whose clock may tick in 4 milliseconds. A client
    /// repeats the request of a connection that breaks only if the connection worked before. False as well where the kernel (before 4.6) does not count.
    /// </summary>
    public bool AwaitsFirstAnswer { get; init; }

    /// <summary>How the kernel names the socket: its family, then its inet_diag_sockid with the cookie that no later socket has.</summary>
    internal ReadOnlyMemory<byte> Id { get; init; }

    internal byte Family { get; init; }
}
