using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OverlayBridge.Gateway.Recorded;

/// <summary>
/// Which of our indexes stands for which recorded one, and which session. Consul counts log entries, we count changes: the numbers
/// differ, but each recorded index has one counterpart and both have the same order.
/// </summary>
internal sealed partial class IndexNames
{
    private readonly SortedDictionary<ulong, ulong> _ours = [];
    private readonly Dictionary<string, string> _sessions = [];

    /// <summary>A request with the recorded indexes and sessions replaced by ours; what is unknown stays.</summary>
    public string Translate(string target) => Sessions(QueryIndex().Replace(target, match =>
        match.Groups[1].Value + (Known(match.Groups[2].Value) ?? match.Groups[2].Value)));

    public byte[] Translate(byte[] body) => Encoding.Latin1.GetBytes(Sessions(OperationIndex().Replace(Encoding.Latin1.GetString(body), match =>
        match.Groups[1].Value + (Known(match.Groups[2].Value) ?? match.Groups[2].Value))));

    /// <summary>Whether an answer is the recorded one with our indexes and sessions, and none contradicts what was seen before.</summary>
    public bool Matches(string recorded, string actual)
    {
        Meet(recorded, actual);
        recorded = WrongIndex().Replace(Sessions(recorded), match =>
            $"{match.Groups[1].Value}{Known(match.Groups[2].Value)} != {Known(match.Groups[3].Value) ?? match.Groups[3].Value}");
        (recorded, actual) = (InOrder(recorded), InOrder(actual));
        var theirs = BodyIndex().Matches(recorded);
        var ours = BodyIndex().Matches(actual);
        if (theirs.Count != ours.Count)
            return false;
        for (var i = 0; i < theirs.Count; i++)
            if (!Learn(theirs[i].Groups[2].Value, ours[i].Groups[2].Value))
                return false;
        return BodyIndex().Replace(recorded, match => match.Groups[1].Value + Known(match.Groups[2].Value)) == actual;
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

    /// <summary>A session that was just created.</summary>
    private void Meet(string recorded, string actual)
    {
        if (CreatedSession().Match(recorded) is { Success: true } theirs && CreatedSession().Match(actual) is { Success: true } ours)
            _sessions[theirs.Groups[1].Value] = ours.Groups[1].Value;
    }

    private string Sessions(string text) => Uuid().Replace(text, match => _sessions.GetValueOrDefault(match.Value, match.Value));

    /// <summary>Sessions are listed by id, and so in another order for other ids.</summary>
    private static string InOrder(string body) => body.StartsWith("[{\"ID\":", StringComparison.Ordinal)
        ? string.Join("},{", body[2..^2].Split("},{").Order(StringComparer.Ordinal))
        : body;

    private string? Known(string recorded) =>
        ulong.TryParse(recorded, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && _ours.TryGetValue(index, out var ours)
            ? ours.ToString(CultureInfo.InvariantCulture)
            : null;

    [GeneratedRegex("^\\{\"ID\":\"([0-9a-f-]{36})\"\\}$")]
    private static partial Regex CreatedSession();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uuid();

    [GeneratedRegex("(\"Index\": )([0-9]+)")]
    private static partial Regex OperationIndex();

    [GeneratedRegex("(current modify index )([0-9]+) != ([0-9]+)")]
    private static partial Regex WrongIndex();

    [GeneratedRegex("([?&](?:cas|index)=)([0-9]+)")]
    private static partial Regex QueryIndex();

    [GeneratedRegex("(\"(?:CreateIndex|ModifyIndex)\": ?)([0-9]+)")]
    private static partial Regex BodyIndex();
}
