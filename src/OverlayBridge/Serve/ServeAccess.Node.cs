using System.Net;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Store;
using OverlayBridge.Store.Certificates;
using OverlayBridge.Terminal;

namespace OverlayBridge.Serve;

internal sealed partial class ServeAccess
{
    /// <summary>For a control node.</summary>
    /// <param name="addresses">Where it is reached.</param>
    /// <exception cref="OperatorException">A certificate cannot be used.</exception>
    public NodeAccess ForNode(IEnumerable<IPAddress> addresses)
    {
        try
        {
            return new NodeAccess
            {
                Secret = Secret,
                Certificates = _own is { } own ? NodeCertificates.Load(own.Cert, own.Key, own.Ca, addresses, DateTimeOffset.UtcNow) : null,
                RequiresClientCertificates = RequiresClientCertificates,
            };
        }
        catch (StoreStartException e)
        {
            throw new OperatorException(e.What, e.Why, e.Remedy, inner: e);
        }
    }
}
