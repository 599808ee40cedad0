using System.Globalization;
using System.Text.RegularExpressions;

namespace OverlayBridge.LabTests.Gateway.Conformance;

/// <summary>
/// Whether two servers say the same. Each has its own sessions and counts its own indexes; so sessions go by the order in which they were
/// made, and each index of one has one counterpart in the other, both in the same order.
/// </summary>
internal sealed partial class Comparison(Side theirs, Side ours)
{
    private readonly List<(ulong Theirs, ulong Ours)> _indexes = [];
    private readonly Dictionary<string, ulong> _absent = [];

    /// <summary>Null when they agree; else what differs.</summary>
    public string? Difference(RequestTemplate request, ServerAnswer their, ServerAnswer our)
    {
        if (their.Status != our.Status)
            return $"status {our.Status} instead of {their.Status}";
        foreach (var name in their.Headers.Keys.Union(our.Headers.Keys))
        {
            var (expected, actual) = (their.Headers.GetValueOrDefault(name), our.Headers.GetValueOrDefault(name));
            var same = name != "X-Consul-Index" || expected is null || actual is null || !IsIndex(their) ? expected == actual
                : IsEmptyPrefix(request, our) ? NeverGoesBack(request.Target.Split('?')[0], Number(actual))
                : IsAbsentKey(request, our) ? NeverGoesBack("", Number(actual)) && Reaches(Number(expected), Number(actual))
                : Meet(Number(expected), Number(actual));
            if (!same)
                return $"{name}: {actual ?? "absent"} instead of {expected ?? "absent"}";
        }
        // What a transaction that was rolled back calls an index may never come to be one.
        return SameBody(Named(their.Body, theirs), Named(our.Body, ours), learn: our.Status != 409) ? null : "body";
    }

    private bool SameBody(string their, string our, bool learn)
    {
        var (expected, actual) = (Indexes().Matches(their), Indexes().Matches(our));
        return expected.Count == actual.Count
            && (!learn || expected.Zip(actual).All(pair => Meet(Number(pair.First.Groups[2].Value), Number(pair.Second.Groups[2].Value))))
            && Indexes().Replace(their, "$1_") == Indexes().Replace(our, "$1_");
    }

    /// <summary>A body with sessions called by their number; sessions are listed by id, and so their list is put in order.</summary>
    private static string Named(string body, Side side)
    {
        var named = Uuid().Replace(body, match => side.NumberOf(match.Value) is { } number ? $"session {number:d6}" : match.Value);
        named = Token().Replace(Addresses().Replace(named, "\"address\""), "token=hidden");
        return SessionList().IsMatch(named) ? string.Join("},{", Between().Split(named.Trim('[', ']', '{', '}', ' ', '\n')).Order(StringComparer.Ordinal)) : named;
    }

    /// <summary>
    /// After the deletion of a tree Consul remembers its prefix alone: the index of a longer prefix, now empty, goes back there. Ours does not.
    /// </summary>
    private static bool IsEmptyPrefix(RequestTemplate request, ServerAnswer answer) =>
        answer.Status == 404 && (request.Target.Contains("recurse", StringComparison.Ordinal) || request.Target.Contains("keys", StringComparison.Ordinal));

    /// <summary>
    /// An absent key has the index of the newest write to any key, and the bridge writes records of its own, whenever it likes: such an index may be
    /// higher than that of the write which is the newest one at Consul.
    /// </summary>
    private static bool IsAbsentKey(RequestTemplate request, ServerAnswer answer) =>
        answer.Status == 404 && request.Target.StartsWith("/v1/kv/", StringComparison.Ordinal);

    /// <summary>A refusal by Consul's session routes carries a 1 that is no index of anything.</summary>
    private static bool IsIndex(ServerAnswer answer) => answer.Headers.GetValueOrDefault("X-Consul-Knownleader") != "false";

    private bool NeverGoesBack(string prefix, ulong index)
    {
        var before = _absent.GetValueOrDefault(prefix);
        _absent[prefix] = index;
        return index >= before;
    }

    /// <summary>Whether our index is not below that of a change which Consul had seen.</summary>
    private bool Reaches(ulong their, ulong our) => _indexes.TrueForAll(pair => pair.Theirs > their || pair.Ours <= our);

    private static ulong Number(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>False when the pair contradicts an earlier one, in value or in order.</summary>
    private bool Meet(ulong their, ulong our)
    {
        var pair = (Theirs: their, Ours: our);
        var place = _indexes.BinarySearch(pair, Comparer<(ulong Theirs, ulong Ours)>.Create((a, b) => a.Theirs.CompareTo(b.Theirs)));
        if (place >= 0)
            return _indexes[place].Ours == pair.Ours;
        place = ~place;
        if (place > 0 && _indexes[place - 1].Ours >= pair.Ours || place < _indexes.Count && _indexes[place].Ours <= pair.Ours)
            return false;
        _indexes.Insert(place, pair);
        return true;
    }

    /// <summary>A server's address, or several: what is said of them is another test's matter.</summary>
    [GeneratedRegex("""(?<=^\[?\s*)"[0-9.]+:[0-9]+"(,\s*"[0-9.]+:[0-9]+")*""")]
    private static partial Regex Addresses();

    /// <summary>Consul's error texts show the query with the token in it, and end in logs; ours hide it (docs/decisions/018).</summary>
    [GeneratedRegex("""(?<=^Conflicting flags: .*)token=[^&]*""")]
    private static partial Regex Token();

    [GeneratedRegex("""^\[\s*\{\s*"ID":""")]
    private static partial Regex SessionList();

    [GeneratedRegex("""\s*\},\s*\{\s*""")]
    private static partial Regex Between();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uuid();

    [GeneratedRegex("""("CreateIndex": ?|"ModifyIndex": ?|current modify index |(?<=current modify index [0-9]+) != )([0-9]+)""")]
    private static partial Regex Indexes();
}
