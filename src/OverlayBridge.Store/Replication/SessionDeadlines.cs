using System.Collections.Immutable;
using OverlayBridge.Store.Durations;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// When sessions end, by a leader's own clock. A session may live up to twice its TTL after it was made or renewed, as Consul's do. A new
/// leader begins anew: a session may live longer then, never shorter.
/// </summary>
/// <param name="Until">Time by which each session with a TTL must have been renewed, on the clock that <see cref="Observe"/> is given.</param>
internal sealed record SessionDeadlines(ImmutableDictionary<string, TimeSpan> Until)
{
    public static SessionDeadlines Starting { get; } = new(ImmutableDictionary.Create<string, TimeSpan>(StringComparer.Ordinal));

    /// <summary>Takes in what sessions there are; tells whose time is over.</summary>
    /// <param name="renewed">Sessions whose time begins again.</param>
    public (SessionDeadlines Next, ImmutableArray<string> Over) Observe(
        TimeSpan now, IEnumerable<StoreSession> sessions, IReadOnlySet<string> renewed)
    {
        var until = ImmutableDictionary.CreateBuilder<string, TimeSpan>(StringComparer.Ordinal);
        var over = ImmutableArray.CreateBuilder<string>();
        foreach (var session in sessions)
        {
            if (session.Imported || Life(session) is not { } life)
                continue;
            var deadline = renewed.Contains(session.Id) || !Until.TryGetValue(session.Id, out var known) ? now + life : known;
            until[session.Id] = deadline;
            if (deadline <= now)
                over.Add(session.Id);
        }
        return (new SessionDeadlines(until.ToImmutable()), over.ToImmutable());
    }

    /// <summary>Null for a session that does not expire.</summary>
    private static TimeSpan? Life(StoreSession session) =>
        GoDuration.TryParse(session.Ttl, out TimeSpan ttl) && ttl > TimeSpan.Zero ? 2 * ttl : null;
}
