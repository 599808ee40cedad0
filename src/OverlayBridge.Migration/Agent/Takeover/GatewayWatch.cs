using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>Which gateways can serve. One that could counts as ready until it failed a few times in a row, or nobody listens there any more.</summary>
internal sealed class GatewayWatch
{
    private const int BearableFailures = 3;

    private ImmutableDictionary<IPEndPoint, int> failures = ImmutableDictionary<IPEndPoint, int>.Empty;

    private ImmutableHashSet<IPEndPoint>? ready;

    /// <summary>Null before they were asked for the first time.</summary>
    public ImmutableHashSet<IPEndPoint>? Ready => Volatile.Read(ref ready);

    /// <returns>Whether other gateways are ready than before.</returns>
    public async Task<bool> AskAsync(IGatewayProbe probe, ImmutableArray<IPEndPoint> gateways, CancellationToken token)
    {
        var answers = await Task.WhenAll(gateways.Select(async gateway => (Gateway: gateway, Health: await probe.AskAsync(gateway, token))));
        failures = answers.ToImmutableDictionary(static a => a.Gateway, a => a.Health switch
        {
            GatewayHealth.Ready => 0,
            GatewayHealth.Gone => BearableFailures,
            _ => failures.GetValueOrDefault(a.Gateway, BearableFailures) + 1,
        });
        ImmutableHashSet<IPEndPoint> now = [.. failures.Where(static f => f.Value < BearableFailures).Select(static f => f.Key)];
        var before = Interlocked.Exchange(ref ready, now);
        return before is null || !now.SetEquals(before);
    }
}
