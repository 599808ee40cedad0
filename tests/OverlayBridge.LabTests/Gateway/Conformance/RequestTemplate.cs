using System.Collections.Immutable;

namespace OverlayBridge.LabTests.Gateway.Conformance;

/// <summary>
/// A request that is to be sent to two servers. What differs between them stands as a placeholder in target and body:
/// <c>§m3§</c> the ModifyIndex last seen of key 3, <c>§x§</c> the X-Consul-Index last seen, <c>§s2§</c> the third session that was made.
/// </summary>
internal sealed record RequestTemplate(string Method, string Target, string? Body = null)
{
    /// <summary>Without Content-Length.</summary>
    public bool Chunked { get; init; }

    public ImmutableArray<(string Name, string Value)> Headers { get; init; } = [];

    public override string ToString()
    {
        var body = Body is null ? "" : $" body={(Body.Length > 300 ? $"{Body[..60]}…({Body.Length})" : Body)}";
        return $"{Method} {Target}{body}{(Chunked ? " chunked" : "")}{string.Concat(Headers.Select(header => $" [{header.Name}: {header.Value}]"))}";
    }
}
