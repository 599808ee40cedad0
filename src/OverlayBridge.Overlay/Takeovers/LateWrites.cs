using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Takeovers;

/// <summary>
/// Writes that reached the old store after it was left: the difference of two reads of it, each with the host it came from as far as the
/// key tells. That the engines' sessions end there, for they are renewed here, is none: the old store does it by itself.
/// </summary>
public static class LateWrites
{
    /// <param name="before">What was known of the old store; null when nothing is (the coordinator was started anew).</param>
    /// <param name="leftAt">The old store's index at the flip: without <paramref name="before"/> what is newer was written after it.</param>
    public static ImmutableArray<TakeoverAlarm> Between(StoreImage? before, StoreImage after, ulong leftAt, DateTimeOffset now) =>
        before is null ? NewerThan(after, leftAt, now) : Differences(before, after, now);

    /// <summary>
    /// Sessions that an engine must still renew at the old store: they live longer than their time allows since the flip. A renewal
    /// changes no key and no index, so that this alone shows it.
    /// </summary>
    /// <param name="since">Time since the flip.</param>
    public static ImmutableArray<TakeoverAlarm> StillRenewed(StoreImage after, ulong leftAt, TimeSpan since, DateTimeOffset now) =>
    [
        .. from session in after.Sessions
           where session.CreateIndex <= leftAt && TimeToLive(session) is { } life && since > life * LivesAllowed
           let held = after.Entries.FirstOrDefault(entry => entry.Session == session.Id)
           select new TakeoverAlarm($"session {session.Id}", "renewed", session.ModifyIndex, held is null ? "" : HostOf(held), now),
    ];

    /// <summary>Consul lets a session live up to twice its TTL; one more for the engine's last renewal and clocks.</summary>
    private const int LivesAllowed = 3;

    /// <summary>Engines ask for whole seconds (<c>30s</c>), and Consul shows the text as it was sent; others are left alone.</summary>
    private static TimeSpan? TimeToLive(SessionEntry session) =>
        session.Ttl.EndsWith('s') && int.TryParse(session.Ttl.AsSpan(0, session.Ttl.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static ImmutableArray<TakeoverAlarm> NewerThan(StoreImage after, ulong leftAt, DateTimeOffset now) =>
    [
        .. from entry in after.Entries
           where entry.ModifyIndex > leftAt
           orderby entry.ModifyIndex
           select Alarm(entry, entry.CreateIndex > leftAt ? "added" : "changed", entry.ModifyIndex, now),
        .. from session in after.Sessions
           where session.CreateIndex > leftAt
           select OfSession(session, now),
    ];

    private static ImmutableArray<TakeoverAlarm> Differences(StoreImage before, StoreImage after, DateTimeOffset now)
    {
        var alive = after.Sessions.Select(static session => session.Id).ToHashSet(StringComparer.Ordinal);
        var known = before.Sessions.Select(static session => session.Id).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. from pair in EntryPairs.Of(before.Entries, after.Entries)
               where !Equals(pair.Left, pair.Right) && !IsEndOfSession(pair.Left, pair.Right, alive)
               let alarm = Alarm(pair)
               orderby alarm.Index
               select alarm,
            .. from session in after.Sessions
               where !known.Contains(session.Id)
               select OfSession(session, now),
        ];

        TakeoverAlarm Alarm((KeyValueEntry? Left, KeyValueEntry? Right) pair) => pair switch
        {
            (null, { } added) => LateWrites.Alarm(added, "added", added.ModifyIndex, now),
            ({ } removed, null) => LateWrites.Alarm(removed, "removed", after.Index, now),
            (_, var changed) => LateWrites.Alarm(changed!, "changed", changed!.ModifyIndex, now),
        };
    }

    /// <summary>The key of a session that ran out goes, or loses its holder; nobody wrote it.</summary>
    private static bool IsEndOfSession(KeyValueEntry? before, KeyValueEntry? after, HashSet<string> alive) =>
        before is { Session: { } holder } && !alive.Contains(holder) &&
        (after is null || after.Session is null && after.Bytes.Span.SequenceEqual(before.Bytes.Span));

    private static TakeoverAlarm Alarm(KeyValueEntry entry, string change, ulong index, DateTimeOffset now) =>
        new(entry.Key, change, index, HostOf(entry), now);

    /// <summary>An engine makes a session when it joins anew; the session does not say whose it is.</summary>
    private static TakeoverAlarm OfSession(SessionEntry session, DateTimeOffset now) =>
        new($"session {session.Id}", "added", session.CreateIndex, "", now);

    private static string HostOf(KeyValueEntry entry) => LegacyKey.Parse(entry.Key) switch
    {
        NodeKey { Address: var address } => IPEndPoint.TryParse(address, out var end) ? end.Address.ToString() : address,
        EndpointKey => LocatorOf(entry),
        _ => "",
    };

    private static string LocatorOf(KeyValueEntry entry)
    {
        try
        {
            return RecordFormats.Endpoint.Decode(entry.Key, entry.Bytes.Span).Locator;
        }
        catch (RecordFormatException)
        {
            return ""; // the key is named all the same
        }
    }
}
