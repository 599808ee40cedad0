using System.Text;

namespace OverlayBridge.Gateway.Http;

/// <summary>
/// A query as Go's <c>net/url</c> reads it: <c>&amp;</c> or <c>;</c> between parameters, <c>+</c> is a space. Consul asks
/// of most parameters only whether they are there, and takes the first of repeated ones.
/// </summary>
internal sealed class QueryParameters
{
    private static readonly QueryParameters Empty = new();

    private readonly List<KeyValuePair<string, string>> _parameters = [];

    private QueryParameters()
    {
    }

    /// <returns>Null when an escape is malformed.</returns>
    public static QueryParameters? Parse(string query)
    {
        if (query.Length == 0)
            return Empty;
        var parsed = new QueryParameters();
        foreach (var part in query.Split('&', ';'))
        {
            if (part.Length == 0)
                continue;
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = Unescape(equals < 0 ? part : part[..equals]);
            var value = Unescape(equals < 0 ? "" : part[(equals + 1)..]);
            if (name is null || value is null)
                return null;
            parsed._parameters.Add(new(name, value));
        }
        return parsed;
    }

    public bool Has(string name) => First(name) is not null;

    /// <summary>The first value, empty when the parameter is absent.</summary>
    public string Get(string name) => First(name) ?? "";

    // A dozen names are asked for at each request: no query object for each.
    private string? First(string name)
    {
        foreach (var parameter in _parameters)
            if (parameter.Key == name)
                return parameter.Value;
        return null;
    }

    /// <summary>All values of a repeated parameter, in order.</summary>
    public IEnumerable<string> GetAll(string name) => _parameters.Where(parameter => parameter.Key == name).Select(static parameter => parameter.Value);

    /// <summary>As <c>url.Values.Encode</c>: sorted by name, for the error text that shows the query; but for a token, as such texts end in logs.</summary>
    public string Encode() => string.Join('&', _parameters
        .OrderBy(parameter => parameter.Key, StringComparer.Ordinal)
        .Select(parameter => $"{Escape(parameter.Key)}={(parameter.Key == "token" ? "hidden" : Escape(parameter.Value))}"));

    private static string? Unescape(string text) =>
        PercentEncoding.Decode(text.Replace('+', ' ')) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    private static string Escape(string text) =>
        PercentEncoding.Encode(Encoding.UTF8.GetBytes(text), "-_.~").Replace("%20", "+", StringComparison.Ordinal);
}
