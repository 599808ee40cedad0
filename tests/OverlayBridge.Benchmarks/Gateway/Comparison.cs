using System.Globalization;

namespace OverlayBridge.Benchmarks.Gateway;

/// <summary>The table: one row a figure, medians of all rounds, ours to Consul's.</summary>
internal sealed class Comparison
{
    private readonly List<Row> _rows = [];

    private sealed record Row(string Name, double? AtLeast, double? AtMost)
    {
        public List<double> Consul { get; } = [];

        public List<double> Ours { get; } = [];

        public double Ratio => Median(Ours) / Median(Consul);

        public bool IsReached => (AtLeast is not { } least || Ratio >= least) && (AtMost is not { } most || Ratio <= most);
    }

    /// <param name="name">Of the figure, with its unit.</param>
    /// <param name="atLeast">The ratio that is demanded, null when none is.</param>
    public void Add(string name, ServerKind kind, double figure, double? atLeast = null, double? atMost = null)
    {
        if (_rows.Find(row => row.Name == name) is not { } found)
            _rows.Add(found = new Row(name, atLeast, atMost));
        (kind is ConsulKind ? found.Consul : found.Ours).Add(figure);
    }

    /// <returns>Whether every demand is met.</returns>
    public bool Print()
    {
        Console.WriteLine($"{"",-58} {"Consul",10} {"ours",10} {"ratio",7}  {"demanded",-9}");
        foreach (var row in _rows)
        {
            string demand = row.AtLeast is { } least ? $"≥ {Text(least)}" : row.AtMost is { } most ? $"≤ {Text(most)}" : "";
            string verdict = demand.Length == 0 ? "" : row.IsReached ? "ok" : "MISSED";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name,-58} {Text(Median(row.Consul)),10} {Text(Median(row.Ours)),10} {row.Ratio,7:0.00}  {demand,-9} {verdict}"));
        }
        return _rows.TrueForAll(static row => row.IsReached);
    }

    private static string Text(double number) => number.ToString(number >= 100 ? "#,0" : "0.##", CultureInfo.InvariantCulture);

    private static double Median(List<double> numbers) => numbers.Order().ElementAt(numbers.Count / 2);
}
