namespace OverlayBridge.Sources.Tls;

/// <summary>How a store is spoken to by TLS. Files are PEM, read when the first connection is made.</summary>
public sealed record TlsSettings
{
    /// <summary>Whom to trust instead of the system's authorities; null for those.</summary>
    public string? CaFile { get; init; }

    /// <summary>The client's own certificate, with those between it and its authority behind it; null for none.</summary>
    public string? CertFile { get; init; }

    /// <summary>Private key of <see cref="CertFile"/>, not encrypted.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The name that the server's certificate must bear instead of the host's.</summary>
    public string? ServerName { get; init; }

    /// <summary>False takes any certificate: no protection from whoever stands in between.</summary>
    public bool Verify { get; init; } = true;
}
