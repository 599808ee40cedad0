using System.Net;
using System.Net.Security;
using DotNext.Net.Security;
using OverlayBridge.Store.Certificates;

namespace OverlayBridge.Store.Replication;

/// <summary>Mutual TLS between the nodes; each is asked for the certificate of the address that it is dialled at.</summary>
internal sealed class RaftTls : SslOptions
{
    private readonly NodeCertificates _certificates;

    public RaftTls(NodeCertificates certificates)
    {
        _certificates = certificates;
        ServerOptions = certificates.ForNodes();
    }

    public override SslClientAuthenticationOptions CreateClientOptions(EndPoint remoteAddress) => _certificates.ToNode(remoteAddress);
}
