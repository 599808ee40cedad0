using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using OverlayBridge.Gateway.Go;
using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Http;

/// <summary>A complete response.</summary>
internal sealed record Answer(int Status, string? ContentType, ReadOnlyMemory<byte> Body)
{
    private const string PlainText = "text/plain; charset=utf-8";

    public ImmutableArray<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>
    /// Go's router gave it, before any handler of Consul's: then it is never packed, and says nothing of what it varies by.
    /// </summary>
    public bool IsFromRouter { get; init; }

    /// <summary>The body is packed already and goes out as it is.</summary>
    public bool IsPacked { get; init; }

    public static Answer Empty(int status) => new(status, null, default);

    public static Answer Text(int status, string text) => new(status, PlainText, Encoding.UTF8.GetBytes(text));

    public static Answer Json(bool pretty, Action<GoJson> write)
    {
        var json = new GoJson(pretty);
        write(json);
        return new Answer(200, "application/json", json.Finish());
    }

    /// <summary>The headers that every read carries, in the casing that Go gives them.</summary>
    public Answer WithMeta<T>(Reading<T> reading) =>
        WithMeta(reading.Index, reading.KnownLeader, reading.LastContact);

    public Answer WithMeta(ulong index, bool knownLeader, TimeSpan lastContact) => this with
    {
        Headers =
        [
            ("X-Consul-Index", index.ToString(CultureInfo.InvariantCulture)),
            ("X-Consul-Knownleader", knownLeader ? "true" : "false"),
            ("X-Consul-Lastcontact", ((long)lastContact.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)),
            .. Headers,
        ],
    };
}
