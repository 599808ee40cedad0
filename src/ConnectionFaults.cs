using System.Net.Sockets;

namespace OverlayBridge.Http;

/// <summary>
/// Says of a connection that breaks while it is being opened what is said of one that cannot be opened. .NET asks a new socket for the address of its
/// other end; where that end has reset the connection by then (RFC 9293 §3.5.3; a redirect does so), the bare <see cref="SocketException"/> of that
/// question comes out, which is none of the exceptions that <see cref="HttpClient"/> has for a failed request. Compiled into each project that has
/// such clients of its own: they have no project in common.
/// </summary>
/// <param name="inner">Opens the connections.</param>
internal sealed class ConnectionFaults(SocketsHttpHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, e.Message, e);
        }
    }
}
