namespace OverlayBridge.Engines.Facts;

/// <summary>How engines are asked. The defaults are right for a person at a terminal.</summary>
public sealed record EngineFactsOptions
{
    /// <summary>
    /// Folder with <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c>, as <c>docker</c> itself takes them: then every
    /// <c>tcp://</c> engine is spoken to by TLS, and its certificate is checked.
    /// </summary>
    public string? CertificateFolder { get; init; }

    /// <summary>Longer than this is a hang: a list on a host with thousands of containers takes seconds.</summary>
    public TimeSpan CallLimit { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan ConnectLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest answer that is read.</summary>
    public long MaxAnswerBytes { get; init; } = 64 << 20;

    /// <summary>Engines asked at the same time.</summary>
    public int Parallel { get; init; } = 16;

    /// <summary>Largest number of engines.</summary>
    public int MaxEngines { get; init; } = 1000;

    /// <summary>
    /// As docker's own client has it: <c>DOCKER_CERT_PATH</c>; with <c>DOCKER_TLS_VERIFY</c> else <c>DOCKER_CONFIG</c>, or <c>~/.docker</c>. An
    /// empty variable is none. The engine's certificate is checked in any case.
    /// </summary>
    public static EngineFactsOptions Of(string? certificateFolder, Func<string, string?> environment)
    {
        string? Set(string name) => environment(name) is { Length: > 0 } text ? text : null;
        return new()
        {
            CertificateFolder = certificateFolder ?? Set("DOCKER_CERT_PATH") ?? (Set("DOCKER_TLS_VERIFY") is null ? null
                : Set("DOCKER_CONFIG") ?? Path.Combine(Set("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker")),
        };
    }
}
