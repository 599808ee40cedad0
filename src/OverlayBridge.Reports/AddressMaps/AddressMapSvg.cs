using System.Globalization;
using System.Text;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.AddressMaps;

/// <summary>How much of a map tells its owner at the pointer and the keyboard's focus; the picture itself is always whole.</summary>
internal enum MapDetail
{
    /// <summary>Nothing: there are too many addresses on the page.</summary>
    None,

    /// <summary>What a person should look at.</summary>
    Faults,

    All,
}

/// <summary>Words and links for a map.</summary>
/// <param name="AddressOf">The address of an ordinal.</param>
/// <param name="OwnersOf">Who claims a run; empty for nobody.</param>
/// <param name="LinkOf">Where more about a run stands, as a link within the page.</param>
internal sealed record MapWords(Func<ulong, string> AddressOf, Func<AddressRun, IEnumerable<string>> OwnersOf, Func<AddressRun, string> LinkOf)
{
    /// <summary>One address, or the first and the last of a run.</summary>
    public string RangeOf(ulong first, ulong last) => first == last ? AddressOf(first) : $"{AddressOf(first)} to {AddressOf(last)}";
}

/// <summary>
/// Draws an address map: for each state one path, whatever the number of addresses; on top of it a link for each run, which shows its owner
/// below the map while it is pointed at or has the focus. No script is needed for that.
/// </summary>
internal sealed class AddressMapSvg(HtmlWriter page, AddressMap map, MapWords words, MapDetail detail)
{
    private const int CellSize = 10;
    private const int LabelHeight = 14;
    private const int CaptionHeight = 28;
    private const int CaptionLine = 11;
    private const int CaptionColumnsMax = 62;
    private const int OwnersMax = 6;
    private const string EmptyText = "free";

    /// <summary>The lines that cut bars into cells, which all maps of a page share.</summary>
    public const string Definitions = """
        <svg width="0" height="0" aria-hidden="true" class="defs"><defs><pattern id="cells" width="10" height="10" patternUnits="userSpaceOnUse">
        <path class="gap" d="M9 0h1v10h-10v-1h9z"/></pattern></defs></svg>

        """;

    private int _captionTop;

    /// <summary>Links that <see cref="Write"/> makes for a map, which a page keeps account of.</summary>
    public static int LinksOf(AddressMap map, MapDetail detail) => detail switch
    {
        MapDetail.All => map.Runs.Length,
        MapDetail.Faults => map.Runs.Count(run => AddressStates.IsFault(run.State)),
        _ => 0,
    };

    /// <summary>Writes the picture.</summary>
    /// <param name="label">What a screen reader says of the whole.</param>
    /// <param name="caption">What stands below the picture while nothing is pointed at.</param>
    public void Write(string label, string caption)
    {
        var grids = MapGrid.Of(map);
        var leavesOut = MapGrid.LeavesOut(map);
        var height = grids.Sum(grid => LabelHeight + (grid.Rows * CellSize)) + (leavesOut ? LabelHeight : 0);
        page.Open("svg", "class", "map", "viewBox", Invariant($"0 0 {MapGrid.Columns * CellSize} {height + CaptionHeight}"), "role", "group", "aria-label", label);
        var top = 0;
        foreach (var grid in grids)
        {
            page.Element("text", grid.Label(words.AddressOf), "y", Invariant($"{top + LabelHeight - 4}"));
            top += LabelHeight;
            _captionTop = height - top + CaptionLine + 2;
            page.Open("g", "transform", Invariant($"translate(0 {top})"));
            if (grid.Unit == 1)
                WritePage(grid);
            else
                WriteWhole(grid);
            page.Close();
            top += grid.Rows * CellSize;
        }

        if (leavesOut)
            page.Element("text", "… further parts hold something, see the list", "y", Invariant($"{top + LabelHeight - 4}"));
        page.Element("text", DisplayWidth.Cut(caption, CaptionColumnsMax), "class", "hint", "y", Invariant($"{height + CaptionLine + 2}"));
        page.Close();
    }

    private void WritePage(MapGrid grid)
    {
        var here = map.Runs.SkipWhile(run => run.Last < grid.First).TakeWhile(run => run.First <= grid.Last).ToList();
        WriteCells(grid, here.Select(run => (run.State, Cells: grid.CellsOf(run)!.Value)));
        foreach (var run in here.Where(run => IsLinked(run.State)))
            WriteLink(grid.CellsOf(run)!.Value, words.LinkOf(run), $"{words.RangeOf(run.First, run.Last)}: {AddressStates.Word(run.State)}", Owners(run));
    }

    // A cell shows the worst state in its block of addresses; counts tell the rest.
    private void WriteWhole(MapGrid grid)
    {
        var counts = new ulong[grid.Cells, AddressStates.All.Length];
        foreach (var run in map.Runs)
            for (var (cell, to) = grid.CellsOf(run)!.Value; cell <= to; cell++)
            {
                var first = Math.Max(run.First, grid.First + ((ulong)cell * grid.Unit));
                counts[cell, (int)run.State] += Math.Min(run.Last - first, grid.Unit - 1 - (first % grid.Unit)) + 1;
            }

        var taken = Enumerable.Range(0, grid.Cells)
            .Select(cell => (Cell: cell, States: AddressStates.All.Where(state => counts[cell, (int)state] > 0).ToArray()))
            .Where(at => at.States.Length > 0).ToList();
        WriteCells(grid, taken.Select(at => (at.States[^1], (at.Cell, at.Cell))));
        foreach (var (cell, states) in taken.Where(at => IsLinked(at.States[^1])))
        {
            var first = grid.First + ((ulong)cell * grid.Unit);
            var text = string.Join(", ", states.Select(state => $"{Wording.Number(counts[cell, (int)state])} {AddressStates.Word(state)}"));
            var run = map.Runs.First(run => run.Last >= first && run.State == states[^1]);
            WriteLink((cell, cell), words.LinkOf(run), words.RangeOf(first, Math.Min(first + (grid.Unit - 1), map.Length - 1)), text);
        }
    }

    private bool IsLinked(AddressState state) => detail == MapDetail.All || (detail == MapDetail.Faults && AddressStates.IsFault(state));

    private void WriteCells(MapGrid grid, IEnumerable<(AddressState State, (int From, int To) Cells)> runs)
    {
        var paths = AddressStates.All.Select(_ => new StringBuilder()).ToArray();
        (AddressState State, int From, int To)? bar = null;
        foreach (var (state, (from, to)) in runs)
        {
            if (bar is { } touching && touching.State == state && touching.To + 1 == from)
            {
                bar = touching with { To = to };
                continue;
            }

            if (bar is { } done)
                AppendBar(paths[(int)done.State], done.From, done.To);
            bar = (state, from, to);
        }

        if (bar is { } last)
            AppendBar(paths[(int)last.State], last.From, last.To);
        var all = Bar(0, grid.Cells - 1);
        page.Empty("path", "class", EmptyText, "d", all);
        foreach (var state in AddressStates.All.Where(state => paths[(int)state].Length > 0))
            page.Empty("path", "class", AddressStates.Word(state), "d", paths[(int)state].ToString());
        page.Empty("path", "class", "gaps", "d", all);
    }

    private void WriteLink((int From, int To) cells, string link, string what, string whose)
    {
        page.Open("a", "href", link).Empty("path", "d", Bar(cells.From, cells.To));
        page.Open("text", "y", Invariant($"{_captionTop}")).Text(DisplayWidth.Cut(what, CaptionColumnsMax) + " ");
        page.Element("tspan", DisplayWidth.Cut(whose, CaptionColumnsMax), "x", "0", "dy", Invariant($"{CaptionLine}"));
        page.Close().Close();
    }

    private string Owners(AddressRun run)
    {
        var owners = words.OwnersOf(run).ToList();
        var more = owners.Count > OwnersMax ? Invariant($" and {owners.Count - OwnersMax} more") : "";
        return owners.Count == 0 ? "claimed by nothing that can be read" : string.Join(", ", owners.Take(OwnersMax)) + more;
    }

    private static string Bar(int from, int to)
    {
        var path = new StringBuilder();
        AppendBar(path, from, to);
        return path.ToString();
    }

    // The cells of a range, as one rectangle, or as one for the part in each row and one for all whole rows together.
    private static void AppendBar(StringBuilder path, int from, int to)
    {
        while (from <= to)
        {
            var (row, column) = Math.DivRem(from, MapGrid.Columns);
            var rows = column == 0 ? Math.Max(1, (to - from + 1) / MapGrid.Columns) : 1;
            var end = Math.Min(to, from - column + (rows * MapGrid.Columns) - 1);
            var columns = end - from + 1 > MapGrid.Columns ? MapGrid.Columns : end - from + 1;
            path.Append(CultureInfo.InvariantCulture, $"M{column * CellSize} {row * CellSize}h{columns * CellSize}v{rows * CellSize}h-{columns * CellSize}z");
            from = end + 1;
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
