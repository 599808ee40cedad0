using OverlayBridge.Sources.Tls;

namespace OverlayBridge.Sources;

/// <summary>How a source is opened. Everything has a default that is right for a person at a terminal.</summary>
public sealed record SourceOptions
{
    /// <summary>Show the keys that start with this instead of <see cref="StateUri.DefaultPrefix"/>; empty for all keys.</summary>
    public string? Prefix { get; init; }

    /// <summary>Sent as <c>X-Consul-Token</c>; default: <c>CONSUL_HTTP_TOKEN</c> (consul://) or <c>OVERLAYBRIDGE_TOKEN</c> (bridge://).</summary>
    public string? Token { get; init; }

    /// <summary>
    /// File with the secret of consul:// (a token), etcd:// or zk:// (<c>USER:PASSWORD</c>), before what the environment says.
    /// Never used for bridge://: another store's secret is not its business.
    /// </summary>
    public string? SecretFile { get; init; }

    /// <summary>File with the token for bridge://, before what the environment says.</summary>
    public string? BridgeTokenFile { get; init; }

    /// <summary>TLS to bridge://, each of its files before what the environment says; null: as the environment has it (<c>OVERLAYBRIDGE_CACERT</c> and so on).</summary>
    public TlsSettings? BridgeTls { get; init; }

    /// <summary>
    /// TLS to consul:// and etcd://, each of its files before what the environment says; null: as the environment has it.
    /// Not used for bridge:// and zk://.
    /// </summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>What to say to a server that this program is; null for nothing.</summary>
    public string? Program { get; init; }

    /// <summary>Reads one variable of the environment; tests give their own.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Told how far a read is; called from any thread.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }

    /// <summary>How long a store without a leader is borne, asking again; null for the usual time.</summary>
    public TimeSpan? LeaderPatience { get; init; }

    public SourceLimits Limits { get; init; } = SourceLimits.Default;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
