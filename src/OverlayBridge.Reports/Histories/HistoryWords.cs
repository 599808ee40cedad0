using System.Globalization;
using OverlayBridge.Overlay.Diff;
using OverlayBridge.Reports.Diffs;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Histories;

/// <summary>Changes in words that all forms share.</summary>
internal static class HistoryWords
{
    private const string NobodyNoted = "time not noted";

    public static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? NobodyNoted;

    public static string By(HistoryBy by)
    {
        var token = by.TokenId.Length > 0 && by.TokenId != by.Name ? $" ({by.TokenId})" : "";
        var who = $"{by.Name}{token}".Trim();
        var what = by.Kind switch
        {
            "expiry" => "expiry of a session",
            "control" => "control node:",
            "unknown" => "who is not noted",
            "import" or "restore" when who.Length > 0 => $"{by.Kind} by",
            _ => by.Kind,
        };
        return string.Join(' ', new[] { what, who, by.Address.Length > 0 ? $"from {by.Address}" : "", by.Program.Length > 0 ? $"with {by.Program}" : "" }
            .Where(static part => part.Length > 0));
    }

    public static char Sign(HistoryAction action) => DiffWords.Sign(Like(action));

    public static Tone ToneOf(HistoryAction action) => DiffWords.ToneOf(Like(action));

    public static string Subject(HistoryChangeView change) =>
        change.Key ?? $"session {change.SessionId} of node {(change.SessionAfter ?? change.SessionBefore)?.Node}";

    /// <summary>Field by field what it was and what it is; of what was added or removed its value, so far as that is told in a line.</summary>
    public static IEnumerable<(string Field, string Before, string After)> Fields(HistoryChangeView change)
    {
        if (change.SessionBefore is not null || change.SessionAfter is not null)
            return [];
        return change is { Before: { } before, After: { } after }
            ? DiffWords.Fields(new KeyChangeView(change.Key!, ChangeAction.Changed, [.. Differing(before, after)], before, after))
            : [("value", Value(change.Before), Value(change.After))];
    }

    private static IEnumerable<string> Differing(KeyStateView before, KeyStateView after)
    {
        if (before.Value != after.Value)
            yield return "value";
        if (before.Flags != after.Flags)
            yield return "flags";
        if (before.Session != after.Session)
            yield return "session";
    }

    private static string Value(KeyStateView? state) => state is null ? DiffWords.OrAbsent(null) : DiffWords.ValueOf(state);

    private static ChangeAction Like(HistoryAction action) => action switch
    {
        HistoryAction.Added => ChangeAction.Added,
        HistoryAction.Removed => ChangeAction.Removed,
        _ => ChangeAction.Changed,
    };
}
