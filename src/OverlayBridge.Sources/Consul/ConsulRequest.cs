using System.Globalization;
using System.Text;

namespace OverlayBridge.Sources.Consul;

/// <summary>One request, not yet addressed to a server.</summary>
/// <param name="Target">Path and query, escaped.</param>
/// <param name="Repeatable">Done twice it changes nothing more: it may be sent again when the connection is lost.</param>
/// <param name="Held">How long the server may hold it on purpose, as a blocking query.</param>
internal sealed record ConsulRequest(HttpMethod Method, string Target, ReadOnlyMemory<byte> Body, bool Repeatable, TimeSpan Held)
{
    public string? ContentType { get; init; }

    /// <summary>For messages: <c>GET /v1/kv/docker/?recurse=</c>.</summary>
    public override string ToString() => $"{Method} {Target}";

    public static ConsulRequest Read(string path, ReadOptions read, params IEnumerable<string> parameters)
    {
        var query = new List<string>(parameters);
        if (read.Consistency != Consistency.Default)
            query.Add(read.Consistency == Consistency.Consistent ? "consistent=" : "stale=");
        if (read.Index != 0)
        {
            query.Add(string.Create(CultureInfo.InvariantCulture, $"index={read.Index}"));
            query.Add(string.Create(CultureInfo.InvariantCulture, $"wait={(long)read.Wait.TotalMilliseconds}ms"));
        }
        // Consul adds up to a sixteenth of the wait so that many clients do not come back at once.
        return new(HttpMethod.Get, WithQuery(path, query), default, Repeatable: true, read.Index == 0 ? TimeSpan.Zero : read.Wait + read.Wait / 16);
    }

    public static ConsulRequest Write(HttpMethod method, string path, ReadOnlyMemory<byte> body, bool repeatable, params IEnumerable<string> parameters) =>
        new(method, WithQuery(path, [.. parameters]), body, repeatable, TimeSpan.Zero);

    /// <summary>Path of a key: every byte escaped but the slashes, so that it arrives as it is.</summary>
    public static string KeyPath(string key)
    {
        var path = new StringBuilder("/v1/kv/", key.Length + 16);
        foreach (var (index, part) in key.Split('/').Index())
            path.Append(index == 0 ? "" : "/").Append(Uri.EscapeDataString(part));
        return path.ToString();
    }

    private static string WithQuery(string path, List<string> query) => query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
}
