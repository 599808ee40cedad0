using System.Globalization;
using System.Text.RegularExpressions;

namespace OverlayBridge.Gateway.Recorded;

/// <summary>
/// Which of our indexes stands for which recorded one. Consul counts log entries, we count changes: the numbers differ,
/// but each recorded index has one counterpart and both have the same order.
/// </summary>
internal sealed partial class IndexNames
{
    private readonly SortedDictionary<ulong, ulong> _ours = [];

    /// <summary>A request with the recorded indexes in its query replaced by ours; unknown numbers stay.</summary>
    public string Translate(string target) => QueryIndex().Replace(target, match =>
        match.Groups[1].Value + (Known(match.Groups[2].Value) ?? match.Groups[2].Value));

    /// <summary>The recorded answer with our indexes; null when it contradicts what was seen before.</summary>
    public string? Match(string recorded, string actual)
    {
        var theirs = BodyIndex().Matches(recorded);
        var ours = BodyIndex().Matches(actual);
        if (theirs.Count != ours.Count)
            return null;
        for (var i = 0; i < theirs.Count; i++)
            if (!Learn(theirs[i].Groups[2].Value, ours[i].Groups[2].Value))
                return null;
        return BodyIndex().Replace(recorded, match => match.Groups[1].Value + Known(match.Groups[2].Value));
    }

    /// <summary>False when the pair contradicts an earlier one, in value or in order.</summary>
    public bool Learn(string recorded, string actual)
    {
        if (!ulong.TryParse(actual, NumberStyles.None, CultureInfo.InvariantCulture, out var ours))
            return false;
        var theirs = ulong.Parse(recorded, CultureInfo.InvariantCulture);
        if (_ours.TryGetValue(theirs, out var known))
            return known == ours;
        if (_ours.Any(pair => pair.Key < theirs ? pair.Value >= ours : pair.Value <= ours))
            return false;
        _ours[theirs] = ours;
        return true;
    }

    private string? Known(string recorded) =>
        ulong.TryParse(recorded, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && _ours.TryGetValue(index, out var ours)
            ? ours.ToString(CultureInfo.InvariantCulture)
            : null;

    [GeneratedRegex("([?&](?:cas|index)=)([0-9]+)")]
    private static partial Regex QueryIndex();

    [GeneratedRegex("(\"(?:CreateIndex|ModifyIndex)\": ?)([0-9]+)")]
    private static partial Regex BodyIndex();
}
