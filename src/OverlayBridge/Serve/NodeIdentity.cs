using System.Net;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Hosting;
using OverlayBridge.Store;
using OverlayBridge.Store.Certificates;
using OverlayBridge.Terminal;

namespace OverlayBridge.Serve;

/// <summary>How a control node proves itself to the others, and they to it, as its options say.</summary>
internal static class NodeIdentity
{
    /// <param name="access">The options.</param>
    /// <param name="addresses">Where the node is reached.</param>
    /// <exception cref="OperatorException">A certificate cannot be used.</exception>
    public static NodeAccess Of(ServeAccess access, IEnumerable<IPAddress> addresses)
    {
        try
        {
            return new NodeAccess
            {
                Secret = access.Secret,
                Certificates = access.Certificate is { } own ? NodeCertificates.Load(own.Cert, own.Key, own.Ca, addresses, DateTimeOffset.UtcNow) : null,
                RequiresClientCertificates = access.RequiresClientCertificates,
            };
        }
        catch (StoreStartException e)
        {
            throw new OperatorException(e.What, e.Why, e.Remedy, inner: e);
        }
    }
}
