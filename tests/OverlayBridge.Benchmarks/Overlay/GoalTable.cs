using System.Globalization;

namespace OverlayBridge.Benchmarks.Overlay;

/// <summary>The table: one row a figure, ours beside that of the engines' own overlay where there is one, and what is to be reached.</summary>
internal sealed class GoalTable
{
    private readonly List<Row> _rows = [];

    private sealed record Row(string Name, string Native, string Ours, string Ratio, string Goal, bool IsReached);

    /// <summary>Medians of rounds in which both were measured beside each other; the ratio is that of each round, with its quartiles.</summary>
    public void AddRatio(string name, IReadOnlyList<(double Native, double Ours)> rounds, double? atLeast = null, double? atMost = null)
    {
        var ratios = rounds.Select(static round => round.Ours / round.Native).Order().ToList();
        var ratio = At(ratios, 0.5);
        _rows.Add(new(
            name, Text(At([.. rounds.Select(static round => round.Native).Order()], 0.5)), Text(At([.. rounds.Select(static round => round.Ours).Order()], 0.5)),
            string.Create(CultureInfo.InvariantCulture, $"{ratio:0.000} ({At(ratios, 0.25):0.000} to {At(ratios, 0.75):0.000})"),
            Goal("ratio ", atLeast, atMost), Reached(ratio, atLeast, atMost)));
    }

    /// <summary>One figure, beside the engines' own where there is such a thing; without a ratio where theirs comes before the event that is counted from.</summary>
    public void Add(string name, double ours, double? native = null, double? atLeast = null, double? atMost = null) => _rows.Add(new(
        name, native is { } other ? Text(other) : "", Text(ours), native is > 0 and var by ? string.Create(CultureInfo.InvariantCulture, $"{ours / by:0.00}") : "",
        Goal("", atLeast, atMost), Reached(ours, atLeast, atMost)));

    /// <returns>Whether every goal is reached.</returns>
    public bool Print()
    {
        Console.WriteLine($"{"",-64} {"native",9} {"ours",9}  {"ratio (quartiles)",-24} {"goal",-14}");
        foreach (var row in _rows)
            Console.WriteLine($"{row.Name,-64} {row.Native,9} {row.Ours,9}  {row.Ratio,-24} {row.Goal,-14} {(row.Goal.Length == 0 ? "" : row.IsReached ? "ok" : "MISSED")}".TrimEnd());
        return _rows.TrueForAll(static row => row.IsReached);
    }

    /// <param name="sorted">Not empty.</param>
    public static double At(IReadOnlyList<double> sorted, double part) => sorted[Math.Min((int)(sorted.Count * part), sorted.Count - 1)];

    private static bool Reached(double figure, double? atLeast, double? atMost) => (atLeast is not { } least || figure >= least) && (atMost is not { } most || figure <= most);

    private static string Goal(string of, double? atLeast, double? atMost) =>
        atLeast is { } least ? $"{of}≥ {Text(least)}" : atMost is { } most ? $"{of}≤ {Text(most)}" : "";

    private static string Text(double number) => number.ToString(number >= 100 ? "#,0" : "0.##", CultureInfo.InvariantCulture);
}
