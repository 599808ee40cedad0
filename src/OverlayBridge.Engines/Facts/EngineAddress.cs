using System.Globalization;

namespace OverlayBridge.Engines.Facts;

/// <summary>Where an engine is asked: <c>unix:///var/run/docker.sock</c> or <c>tcp://HOST:2375</c>.</summary>
internal static class EngineAddress
{
    private const int PlainPort = 2375, TlsPort = 2376;

    /// <exception cref="EngineException">It is of no form that can be asked.</exception>
    public static Uri Parse(string text, bool tls)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
            throw Wrong(text, "It is no URI.", "Give unix:///var/run/docker.sock or tcp://HOST:2375.");
        return uri.Scheme switch
        {
            "unix" when uri.AbsolutePath.Length > 1 => uri,
            "tcp" when uri.Host.Length > 0 && uri.UserInfo.Length == 0 => uri.Port > 0 ? uri
                : new Uri(string.Create(CultureInfo.InvariantCulture, $"tcp://{uri.Host}:{(tls ? TlsPort : PlainPort)}")),
            "ssh" => throw Wrong(text, "Engines are not asked through ssh.",
                $"Forward the engine's socket yourself, 'ssh -N -L /tmp/{uri.Host}.sock:/var/run/docker.sock {(uri.UserInfo.Length == 0 ? "" : $"{uri.UserInfo}@")}{uri.Host}', and give unix:///tmp/{uri.Host}.sock."),
            _ => throw Wrong(text, "Only unix and tcp are understood.", "Give unix:///var/run/docker.sock or tcp://HOST:2375."),
        };
    }

    private static EngineException Wrong(string text, string cause, string remedy) => new($"'{text}' names no Docker engine.", cause, remedy);
}
