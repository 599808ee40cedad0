using System.Globalization;
using OverlayBridge.Sources.Http;

namespace OverlayBridge.Sources.Consul;

/// <summary>Requests of Consul's API.</summary>
internal static class ConsulRequest
{
    public static StoreRequest Read(string path, ReadOptions read, params IEnumerable<string> parameters)
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
        return new(HttpMethod.Get, StoreRequest.WithQuery(path, query), default, Repeatable: true, read.Index == 0 ? TimeSpan.Zero : read.Wait + read.Wait / 16);
    }

    public static StoreRequest Write(HttpMethod method, string path, ReadOnlyMemory<byte> body, bool repeatable, params IEnumerable<string> parameters) =>
        new(method, StoreRequest.WithQuery(path, [.. parameters]), body, repeatable, TimeSpan.Zero);

    public static string KeyPath(string key) => $"/v1/kv/{StoreRequest.Escape(key)}";
}
