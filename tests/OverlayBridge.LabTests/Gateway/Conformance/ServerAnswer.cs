namespace OverlayBridge.LabTests.Gateway.Conformance;

/// <summary>What a server answered; the body unpacked, each byte a character.</summary>
internal sealed record ServerAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>As the server gives it; empty when it gives none.</summary>
    public string Index => Headers.GetValueOrDefault("X-Consul-Index", "");

    public override string ToString() =>
        $"{Status} {string.Join(' ', Headers.Select(header => $"[{header.Key}: {header.Value}]"))} {(Body.Length > 1500 ? Body[..1500] + "…" : Body)}";
}
