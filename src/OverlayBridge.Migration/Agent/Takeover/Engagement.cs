using System.Collections.Immutable;
using System.Net;
using OverlayBridge.DataPlane.Redirect;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>What a host has, or is to have, in force for a takeover.</summary>
/// <param name="TakeoverId">Empty for none.</param>
/// <param name="Sources">The old store's addresses.</param>
/// <param name="Gateways">Redirected only: what takes the place of each source. A source without one stays held.</param>
/// <param name="Since">When this kind began on this host.</param>
/// <param name="IsSettled">Whether connections have been seen to after the rules were in force: requests under way answered, or everything reset.</param>
internal sealed record Engagement(
    string TakeoverId,
    EngagementKind Kind,
    ImmutableArray<IPEndPoint> Sources,
    ImmutableDictionary<IPEndPoint, IPEndPoint> Gateways,
    DateTimeOffset Since,
    bool IsSettled)
{
    public static Engagement None { get; } =
        new("", EngagementKind.None, [], ImmutableDictionary<IPEndPoint, IPEndPoint>.Empty, DateTimeOffset.UnixEpoch, IsSettled: true);

    public StoreRules Rules => Kind switch
    {
        EngagementKind.Holding => StoreRules.Hold(Sources),
        EngagementKind.Redirected => StoreRules.Redirect(Gateways) with { Held = [.. Sources.Where(source => !Gateways.ContainsKey(source))] },
        _ => StoreRules.None,
    };

    /// <summary>By content.</summary>
    public bool Equals(Engagement? other) =>
        other is not null && TakeoverId == other.TakeoverId && Kind == other.Kind && Sources.SequenceEqual(other.Sources) &&
        HasGateways(other.Gateways) && Since == other.Since && IsSettled == other.IsSettled;

    public override int GetHashCode() => HashCode.Combine(TakeoverId, Kind, Since, IsSettled);

    public bool HasGateways(ImmutableDictionary<IPEndPoint, IPEndPoint> others) =>
        Gateways.Count == others.Count && Gateways.All(g => others.TryGetValue(g.Key, out var other) && other.Equals(g.Value));
}

internal enum EngagementKind
{
    None,

    /// <summary>Nothing new goes out to the sources.</summary>
    Holding,

    /// <summary>The sources' addresses lead to gateways.</summary>
    Redirected,
}
