namespace OverlayBridge.Sources.Http;

/// <summary>One request, not yet addressed to a server.</summary>
/// <param name="Target">Path and query, escaped.</param>
/// <param name="Repeatable">Done twice it changes nothing more: it may be sent again when the connection is lost.</param>
/// <param name="Held">How long the server may hold it on purpose, as a blocking query.</param>
internal sealed record StoreRequest(HttpMethod Method, string Target, ReadOnlyMemory<byte> Body, bool Repeatable, TimeSpan Held)
{
    public string? ContentType { get; init; }

    /// <summary>The only form of an answer that is of use; null where there is one form.</summary>
    public string? Accept { get; init; }

    /// <summary>For messages: <c>GET /v1/kv/docker/?recurse=</c>.</summary>
    public override string ToString() => $"{Method} {Target}";

    /// <summary>A path of many steps, every byte escaped but the slashes between them, so that it arrives as it is.</summary>
    public static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    public static string WithQuery(string path, IReadOnlyCollection<string> query) => query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
}
