using OverlayBridge.Gateway.Access;
using OverlayBridge.Http;
using OverlayBridge.Store.Certificates;

namespace OverlayBridge.Gateway.Cluster;

/// <summary>How the nodes of a cluster know each other in HTTP: the same on all of them.</summary>
public sealed record NodeAccess
{
    /// <summary>Neither: for a node that is reached from its own machine only.</summary>
    public static NodeAccess None { get; } = new();

    /// <summary>An operator's, valid at every node that has it, whatever tokens the store holds; null for none.</summary>
    public string? Secret { get; init; }

    /// <summary>For HTTPS, to clients and to the other nodes; null for plain HTTP.</summary>
    public NodeCertificates? Certificates { get; init; }

    /// <summary>Clients must show a certificate, too.</summary>
    public bool RequiresClientCertificates { get; init; }

    /// <summary>Without the secret, which a log could otherwise come to hold.</summary>
    public override string ToString() => $"{nameof(NodeAccess)} ({(Secret is null ? "no secret" : "a secret")}, {Scheme})";

    internal string Scheme => Certificates is null ? "http" : "https";

    /// <summary>A client for the other nodes.</summary>
    internal HttpClient Client(TimeSpan connectTimeout, TimeSpan timeout)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectTimeout = connectTimeout };
        if (Certificates is { } certificates)
            handler.SslOptions = certificates.ToNodes();
        return new HttpClient(new ConnectionFaults(handler)) { Timeout = timeout };
    }

    /// <summary>A request of the node's own.</summary>
    internal HttpRequestMessage Request(HttpMethod method, Uri uri)
    {
        var message = new HttpRequestMessage(method, uri);
        if (Secret is not null)
            message.Headers.Add(AccessControl.TokenHeader, Secret);
        return message;
    }
}
