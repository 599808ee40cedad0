using System.Collections.Immutable;
using System.Text;
using OverlayBridge.Overlay.Diff;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Diffs;

/// <summary>Words for changes that several forms share.</summary>
internal static class DiffWords
{
    private const string Absent = "–";
    private const int ShownValueBytesMax = 32;

    /// <summary>The facts that say in one line what was added or removed; the rest is in the JSON.</summary>
    private static readonly ImmutableDictionary<ChangeKind, ImmutableArray<string>> Telling =
        ImmutableDictionary.CreateRange<ChangeKind, ImmutableArray<string>>(
        [
            new(ChangeKind.Network, ["driver", "endpointCount", "state"]),
            new(ChangeKind.Pool, ["range", "refCount", "freeCounterDrift"]),
            new(ChangeKind.Address, ["owner", "bitmap"]),
            new(ChangeKind.Endpoint, ["address", "addressV6", "host"]),
            new(ChangeKind.Host, ["advertised"]),
            new(ChangeKind.Key, ["bytes", "fault"]),
        ]);

    public static string Title(ChangeKind kind) => kind switch
    {
        ChangeKind.Network => "Networks",
        ChangeKind.Pool => "Address pools",
        ChangeKind.Address => "Addresses",
        ChangeKind.Endpoint => "Endpoints",
        ChangeKind.Host => "Hosts",
        ChangeKind.Key => "Keys that cannot be decoded, and keys of other programs",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "a kind without a title"),
    };

    public static char Sign(ChangeAction action) => action switch
    {
        ChangeAction.Added => '+',
        ChangeAction.Removed => '-',
        _ => '~',
    };

    public static Tone ToneOf(ChangeAction action) => action switch
    {
        ChangeAction.Added => Tone.Good,
        ChangeAction.Removed => Tone.Bad,
        _ => Tone.Warning,
    };

    /// <summary><c>2 added, 1 removed</c>, or <c>none</c>.</summary>
    public static string Counts(DiffSummary summary)
    {
        var parts = new[] { (summary.Added, "added"), (summary.Changed, "changed"), (summary.Removed, "removed") }
            .Where(part => part.Item1 > 0)
            .Select(part => $"{Wording.Number((long)part.Item1)} {part.Item2}");
        return string.Join(", ", parts.DefaultIfEmpty("none"));
    }

    public static int Total(DiffSummary summary) => summary.Added + summary.Changed + summary.Removed;

    /// <summary>What a change is about: its name with the short id, or its path.</summary>
    public static string Subject(StateChange change) => change.Kind switch
    {
        ChangeKind.Network => change.Name is { } name ? $"{name} ({Wording.ShortId(change.Path)})" : Wording.NameOr(null, change.Path),
        ChangeKind.Endpoint => $"{change.Name ?? "?"} ({Wording.ShortId(change.Path[(change.Path.LastIndexOf('/') + 1)..])})",
        _ => change.Path,
    };

    /// <summary>Fact by fact what it was and what it is, or the telling facts of what was added or removed.</summary>
    public static IEnumerable<(string Fact, string? Before, string? After)> Facts(StateChange change)
    {
        var (before, after) = (change.Before ?? NoFacts, change.After ?? NoFacts);
        var names = before.Keys.Union(after.Keys).Order(StringComparer.Ordinal);
        if (change.Action != ChangeAction.Changed)
            names = names.Where(name => IsTelling(change.Kind, name)).OrderBy(name => Telling[change.Kind].IndexOf(name));
        return names.Select(name => (name, Short(before.GetValueOrDefault(name)), Short(after.GetValueOrDefault(name))));
    }

    /// <summary>The value, or a dash where there is none.</summary>
    public static string OrAbsent(string? value) => value ?? Absent;

    /// <summary>What differs in a key: sizes for values, numbers for the rest.</summary>
    public static IEnumerable<(string Field, string Before, string After)> Fields(KeyChangeView change)
    {
        if (change is not { Before: { } before, After: { } after })
            yield break;
        foreach (var field in change.Fields)
            yield return (field, FieldOf(before, field), FieldOf(after, field));
    }

    // Ids inside of facts as people know them; the JSON has them whole.
    private static string? Short(string? fact) => fact is null ? null : Wording.ShortIds(fact);

    private static ImmutableSortedDictionary<string, string> NoFacts => ImmutableSortedDictionary<string, string>.Empty;

    private static bool IsTelling(ChangeKind kind, string fact) =>
        Telling[kind].Contains(fact) || (kind == ChangeKind.Network && fact.StartsWith("subnet:", StringComparison.Ordinal) && fact.EndsWith(":vni", StringComparison.Ordinal));

    // A count or a host fits into the line; of anything longer the size tells enough, the JSON has it whole.
    public static string ValueOf(KeyStateView key)
    {
        var bytes = Convert.FromBase64String(key.Value);
        return bytes.Length is > 0 and <= ShownValueBytesMax && bytes.All(letter => letter is >= 0x20 and < 0x7F)
            ? Encoding.ASCII.GetString(bytes)
            : Wording.Count(bytes.Length, "byte");
    }

    private static string FieldOf(KeyStateView key, string field) => field switch
    {
        "value" => ValueOf(key),
        "flags" => Wording.Index(key.Flags),
        "createIndex" => Wording.Index(key.CreateIndex),
        "modifyIndex" => Wording.Index(key.ModifyIndex),
        "lockIndex" => Wording.Index(key.LockIndex),
        "session" => OrAbsent(key.Session),
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, "a field without words"),
    };
}
