using OverlayBridge.Gateway.Go;
using OverlayBridge.Store;
using OverlayBridge.Store.Durations;

namespace OverlayBridge.Gateway.Http;

/// <summary>The parameters that all of Consul's endpoints take, checked in Consul's order and refused in its words.</summary>
internal static class ReadParameters
{
    private const string Datacenter = "dc1";
    private static readonly TimeSpan DefaultWait = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(10);

    /// <param name="jitter">Of the 16th part of the wait that is added so that readers do not return all at once: 0 to 1.</param>
    /// <exception cref="RefusedException">400.</exception>
    public static ReadOptions Parse(GatewayRequest request, double jitter)
    {
        var query = request.Query;
        var stale = query.Has("stale") || MaxStale(query) > TimeSpan.Zero;
        var consistent = query.Has("consistent");
        if (stale && consistent)
            throw new RefusedException(400, "Cannot specify ?stale with ?consistent, conflicting semantics.");
        if (query.Has("cached") && consistent)
            throw new RefusedException(400, "Cannot specify ?cached with ?consistent, conflicting semantics.");
        CheckCacheControl(request.Http.Headers.CacheControl.ToString());
        var wait = Wait(query);
        var consistency = consistent ? ReadConsistency.Consistent : stale ? ReadConsistency.Stale : ReadConsistency.Default;
        return new ReadOptions(consistency, Index(query), wait + wait / 16 * jitter);
    }

    /// <exception cref="RefusedException">400: namespaces are not there.</exception>
    public static void CheckNamespace(QueryParameters query)
    {
        if (query.Has("ns"))
            throw new RefusedException(
                400, "Bad request: Invalid query parameter: \"ns\" - Namespaces are a Consul Enterprise feature");
    }

    /// <summary>Last of all checks, as Consul finds out when it looks for a server to ask.</summary>
    /// <exception cref="RefusedException">500: there is one datacenter.</exception>
    public static void CheckDatacenter(QueryParameters query)
    {
        if (query.Get("dc") is not ("" or Datacenter))
            throw new RefusedException(500, "No path to datacenter");
    }

    private static TimeSpan MaxStale(QueryParameters query)
    {
        var text = query.Get("max_stale");
        if (text.Length == 0)
            return TimeSpan.Zero;
        return GoDuration.TryParse(text, out TimeSpan maxStale)
            ? maxStale
            : throw new RefusedException(400, $"Invalid max_stale value {GoText.Quote(text)}");
    }

    private static void CheckCacheControl(string header)
    {
        if (header.Length == 0)
            return;
        foreach (var directive in header.ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries))
        {
            var equals = directive.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && directive[..equals] is "max-age" or "stale-if-error" && !int.TryParse(directive[(equals + 1)..], out _))
                throw new RefusedException(400, "Invalid Cache-Control header.");
        }
    }

    private static TimeSpan Wait(QueryParameters query)
    {
        var text = query.Get("wait");
        if (text.Length == 0)
            return DefaultWait;
        if (!GoDuration.TryParse(text, out TimeSpan wait))
            throw new RefusedException(400, "Invalid wait time");
        return wait <= TimeSpan.Zero ? DefaultWait : wait > MaxWait ? MaxWait : wait;
    }

    private static ulong Index(QueryParameters query)
    {
        var text = query.Get("index");
        if (text.Length == 0)
            return 0;
        return GoNumber.TryParse(text, out var index, out _) ? index : throw new RefusedException(400, "Invalid index");
    }
}
