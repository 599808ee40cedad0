using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>
/// Decides what a host does about a takeover. Pure. What is in force stays while the store is silent or says something that cannot follow;
/// a hold ends by what is known to be flipped or aborted alone, a redirect by what is known to be released.
/// </summary>
internal static class HostStep
{
    /// <param name="view">Null: the store has not been read since the agent started.</param>
    /// <param name="now">What is in force.</param>
    /// <param name="ready">Gateways that answer; null when that is not known.</param>
    public static HostDecision Next(KnownTakeover? view, Engagement now, string host, ImmutableHashSet<IPEndPoint>? ready, DateTimeOffset time)
    {
        if (view is null)
            return Keep(now, "");
        if (view.Record is not { } record)
            return Keep(now, now.Kind == EngagementKind.None ? "" : "The record of the takeover is gone from the store; what is in force stays.");
        if (!record.Hosts.Contains(host))
            return new HostDecision(Engagement.None, null);
        // There is one takeover at a time: what was in force for an earlier one is over.
        var mine = now.TakeoverId == record.Id ? now : Engagement.None;
        return record.Phase switch
        {
            TakeoverPhase.Prepared => mine.Kind == EngagementKind.None
                ? new HostDecision(Engagement.None, TakeoverHostState.Ready)
                : Keep(mine, "The store says that the takeover is prepared, but this host is past that."),
            TakeoverPhase.Holding => mine.Kind == EngagementKind.Redirected
                ? Keep(mine, "The store says that the takeover is holding, but this host knows that it was flipped.")
                : Hold(record, mine, time),
            TakeoverPhase.Flipped or TakeoverPhase.Committed => Redirect(record, mine, host, ready, time),
            TakeoverPhase.Aborted when mine.Kind == EngagementKind.Redirected =>
                Keep(mine, "The store says that the takeover was aborted, but this host knows that it was flipped. 'takeover release' removes the redirect."),
            _ => new HostDecision(Engagement.None, TakeoverHostState.Released),
        };
    }

    private static HostDecision Keep(Engagement now, string note) => new(
        now,
        now.Kind switch
        {
            EngagementKind.Holding => TakeoverHostState.Holding,
            EngagementKind.Redirected => TakeoverHostState.Redirected,
            _ => null,
        },
        Note: note);

    private static HostDecision Hold(TakeoverRecord record, Engagement mine, DateTimeOffset time)
    {
        // A clock that was set back must not make a hold endless.
        var since = mine.Kind == EngagementKind.Holding && mine.Since <= time ? mine.Since : time;
        var isOverdue = time - since > TimeSpan.FromSeconds(record.Limits.HoldSeconds);
        return new HostDecision(
            new Engagement(record.Id, EngagementKind.Holding, record.SourceAddresses, Engagement.None.Gateways, since, mine is { Kind: EngagementKind.Holding, IsSettled: true }),
            TakeoverHostState.Holding,
            isOverdue,
            isOverdue ? $"The hold is older than {record.Limits.HoldSeconds} s; it is lifted as soon as the store has taken the abort." : "");
    }

    private static HostDecision Redirect(
        TakeoverRecord record, Engagement mine, string host, ImmutableHashSet<IPEndPoint>? ready, DateTimeOffset time)
    {
        var gateways = ImmutableDictionary.CreateBuilder<IPEndPoint, IPEndPoint>();
        foreach (var source in record.SourceAddresses)
            if (GatewayChoice.For(host, source, record, mine.Gateways.GetValueOrDefault(source), ready) is { } gateway)
                gateways[source] = gateway;
        var chosen = gateways.ToImmutable();
        var was = mine.Kind == EngagementKind.Redirected;
        var without = record.SourceAddresses.Where(source => !chosen.ContainsKey(source)).ToArray();
        return new HostDecision(
            new Engagement(
                record.Id, EngagementKind.Redirected, record.SourceAddresses, chosen, was ? mine.Since : time, was && mine.IsSettled && mine.HasGateways(chosen)),
            without.Length == 0 ? TakeoverHostState.Redirected : TakeoverHostState.Failed,
            Note: without.Length == 0 ? "" : $"No gateway can take the place of {string.Join(", ", without.AsEnumerable())}; it is held.");
    }
}
