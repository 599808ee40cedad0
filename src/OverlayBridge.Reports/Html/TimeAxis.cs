using System.Globalization;

namespace OverlayBridge.Reports.Html;

/// <summary>A picture, as SVG, of what happens one below the other along time; widths and places are in its own units.</summary>
/// <param name="Total">Seconds from the left edge to the right one.</param>
/// <param name="Height">Of the whole picture.</param>
internal sealed record TimeAxis(double Total, int Height)
{
    public const int Top = 26, BarHeight = 16, LaneHeight = 18, RowGap = 12;

    private const int Width = 720, Left = 150, Right = 12, MarkWidth = 10, LetterRoom = 6, NameLetters = 22;
    private const double ShortestShare = 0.01, LetterWidth = 6.1;
    private static readonly double[] Ticks = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200];

    /// <param name="label">What the picture shows, for those who do not see it.</param>
    public void Write(HtmlWriter page, string label, Action rows)
    {
        page.Open("div", "class", "topology card timeline", "tabindex", "0", "role", "region", "aria-label", "Timeline");
        page.Open("svg", "viewBox", Text($"0 0 {Width} {Height}"), "role", "img", "aria-label", label).Line();
        var step = Ticks.FirstOrDefault(tick => Total / tick <= 8, Ticks[^1] * Math.Ceiling(Total / Ticks[^1] / 8));
        for (var tick = 0.0; tick <= Total; tick += step)
        {
            page.Empty("rect", "class", "free", "x", Text($"{X(tick):0.#}"), "y", Text($"{Top - 6}"), "width", "1", "height", Text($"{Height - Top}"));
            page.Element("text", Time(tick), "class", "small", "x", Text($"{X(tick):0.#}"), "y", "12", "text-anchor", tick == 0 ? "start" : "middle").Line();
        }
        rows();
        page.CloseLine().CloseLine();
    }

    /// <summary>What the lanes of a row take; a row without any has the place of one.</summary>
    public static int LanesHeight(IEnumerable<int> lanes) => (lanes.DefaultIfEmpty().Max() + 1) * LaneHeight;

    /// <summary>A row's name, left of the axis.</summary>
    public static void WriteName(HtmlWriter page, string name, int y) =>
        page.Element("text", Shortened(name, NameLetters), "x", Text($"{Left - 10}"), "y", Text($"{y + 12}"), "text-anchor", "end");

    /// <param name="kind">Class of the style sheet that has the colour.</param>
    /// <param name="begin">Seconds.</param>
    /// <param name="name">Written into the bar where there is room.</param>
    public void WriteBar(HtmlWriter page, string kind, double begin, double seconds, int y, string name = "", int height = BarHeight)
    {
        var width = WidthOf(seconds);
        page.Empty("rect", "class", kind, "x", Text($"{X(begin):0.#}"), "y", Text($"{y}"), "width", Text($"{width:0.#}"), "height", Text($"{height}"), "rx", "3");
        var letters = (int)((width - LetterRoom) / LetterWidth);
        if (name.Length > 0 && letters >= Math.Min(3, name.Length))
            page.Element("text", Shortened(name, letters), "class", "inside", "x", Text($"{X(begin) + LetterRoom / 2:0.#}"), "y", Text($"{y + 12}"));
    }

    /// <summary>A mark right behind what ends there.</summary>
    public void WriteMark(HtmlWriter page, string kind, double begin, double seconds, double y)
    {
        var x = Math.Min(X(begin) + WidthOf(seconds) + MarkWidth / 2.0, Width - MarkWidth / 2.0);
        page.Empty("path", "class", kind, "d", Text($"M{x:0.#} {y - 5:0.#}l5 5l-5 5l-5 -5z"));
    }

    /// <summary>One unit less than its time, so that bars behind each other are seen as two.</summary>
    private double WidthOf(double seconds) => Math.Max(Scale(seconds), (Width - Left - Right) * ShortestShare) - 1;

    private double X(double seconds) => Left + Scale(seconds);

    private double Scale(double seconds) => seconds / Total * (Width - Left - Right - MarkWidth);

    private static string Time(double seconds) => seconds switch { < 120 => Text($"{seconds:0} s"), < 7200 => Text($"{seconds / 60:0.#} min"), _ => Text($"{seconds / 3600:0.#} h") };

    private static string Shortened(string name, int letters) => name.Length > letters ? name[..(letters - 1)] + "…" : name;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
