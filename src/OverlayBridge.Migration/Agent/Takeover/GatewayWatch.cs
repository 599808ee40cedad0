using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>What is new of the gateways.</summary>
/// <param name="OthersAreReady">Other ones can serve than before.</param>
/// <param name="Restarted">Those that run in another process than when they were last heard of.</param>
internal sealed record GatewayNews(bool OthersAreReady, ImmutableArray<IPEndPoint> Restarted);

/// <summary>Which gateways can serve. One that could counts as ready until it failed a few times in a row, or nobody listens there any more.</summary>
internal sealed class GatewayWatch
{
    private const int BearableFailures = 3;

    private ImmutableDictionary<IPEndPoint, int> failures = ImmutableDictionary<IPEndPoint, int>.Empty;
    private ImmutableDictionary<IPEndPoint, string> instances = ImmutableDictionary<IPEndPoint, string>.Empty;

    private ImmutableHashSet<IPEndPoint>? ready;

    /// <summary>Null before they were asked for the first time.</summary>
    public ImmutableHashSet<IPEndPoint>? Ready => Volatile.Read(ref ready);

    public async Task<GatewayNews> AskAsync(IGatewayProbe probe, ImmutableArray<IPEndPoint> gateways, CancellationToken token)
    {
        var answers = await Task.WhenAll(gateways.Select(async gateway => (Gateway: gateway, Answer: await probe.AskAsync(gateway, token))));
        failures = answers.ToImmutableDictionary(static a => a.Gateway, a => a.Answer.Health switch
        {
            GatewayHealth.Ready => 0,
            GatewayHealth.Gone => BearableFailures,
            _ => failures.GetValueOrDefault(a.Gateway, BearableFailures) + 1,
        });
        var named = answers.Where(static a => a.Answer.Instance is not null).ToDictionary(static a => a.Gateway, static a => a.Answer.Instance!);
        ImmutableArray<IPEndPoint> restarted = [.. named.Where(a => instances.TryGetValue(a.Key, out var last) && last != a.Value).Select(static a => a.Key)];
        instances = instances.SetItems(named);
        ImmutableHashSet<IPEndPoint> now = [.. failures.Where(static f => f.Value < BearableFailures).Select(static f => f.Key)];
        var before = Interlocked.Exchange(ref ready, now);
        return new GatewayNews(before is null || !now.SetEquals(before), restarted);
    }
}
