using System.Globalization;
using System.Numerics;
using OverlayBridge.Reports.Html;

namespace OverlayBridge.Reports.AddressMaps;

/// <summary>
/// Draws an address map: pages of 256 addresses, eight rows of 32 (a /27 each), one cell an address. Of a pool with more than
/// <see cref="PagesMax"/> pages the whole is drawn small, a cell for a block of addresses, then the first pages that hold anything.
/// </summary>
internal sealed class AddressMapSvg(AddressMap map, Func<ulong, string> addressOf)
{
    /// <summary>Pages drawn cell by cell of a small pool: all.</summary>
    private const int PagesMax = 8;

    /// <summary>Pages drawn cell by cell of a larger pool; further ones are counted, the list beside the picture has them all.</summary>
    private const int PagesOfLargeMax = 4;

    private const int PageAddresses = 256;
    private const int Columns = 32;
    private const int CellSize = 10;
    private const int LabelHeight = 14;
    private const int OverviewCells = 512;
    private const int OwnersInTitleMax = 6;

    /// <summary>The pattern of free cells, which all pictures of a page share, so that a free address costs no element.</summary>
    public const string Definitions = """
        <svg width="0" height="0" aria-hidden="true"><defs><pattern id="cells" width="10" height="10" patternUnits="userSpaceOnUse">
        <rect width="9" height="9" class="cell"/></pattern></defs></svg>

        """;

    private HtmlWriter _svg = new(TextWriter.Null);
    private int _top;

    /// <summary>The class of a state's colour in the style sheet; also its name in JSON.</summary>
    public static string ClassOf(AddressState state) => state switch
    {
        AddressState.Used => "used",
        AddressState.Reserved => "reserved",
        AddressState.Fenced => "fenced",
        AddressState.Unclaimed => "unclaimed",
        AddressState.Unmarked => "unmarked",
        AddressState.Duplicate => "duplicate",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "unknown state"),
    };

    /// <summary>The picture as an <c>svg</c> element.</summary>
    /// <param name="label">What a screen reader says in place of the picture.</param>
    public void Draw(HtmlWriter output, string label)
    {
        using var body = new StringWriter();
        _svg = new HtmlWriter(body);
        var pages = Pages();
        if (IsLarge)
            DrawOverview();
        foreach (var page in IsLarge ? pages.Take(PagesOfLargeMax) : pages)
            DrawPage(page);
        if (IsLarge && pages.Count > PagesOfLargeMax)
            Label("… and more, see the list");
        var box = string.Create(CultureInfo.InvariantCulture, $"0 0 {Columns * CellSize} {_top}");
        output.Open("svg", "class", "map", "viewBox", box, "role", "img", "aria-label", label)
            .Literal(body.ToString()).Close();
    }

    private bool IsLarge => map.Length > PageAddresses * PagesMax;

    // Of a small pool all pages; of a large one the first that hold anything, and one more as a sign that there are more.
    private List<ulong> Pages()
    {
        if (!IsLarge)
            return [.. Enumerable.Range(0, (int)((map.Length + PageAddresses - 1) / PageAddresses)).Select(page => (ulong)page)];
        var pages = new List<ulong>();
        foreach (var run in map.Runs)
            for (var page = run.First / PageAddresses; page <= run.Last / PageAddresses && pages.Count <= PagesOfLargeMax; page++)
                if (pages is not [.., var before] || before < page)
                    pages.Add(page);
        return pages;
    }

    private void DrawPage(ulong page)
    {
        var first = page * PageAddresses;
        var last = Math.Min(first + PageAddresses - 1, map.Length - 1);
        OpenGrid(addressOf(first), (int)(last - first) + 1);
        foreach (var run in map.Runs.SkipWhile(run => run.Last < first).TakeWhile(run => run.First <= last))
            DrawRun(run, (int)(Math.Max(run.First, first) - first), (int)(Math.Min(run.Last, last) - first));
        _svg.Close();
    }

    // A label, and below it a grid of free cells with an origin of its own; the caller draws on it and closes it.
    private void OpenGrid(string label, int cells)
    {
        Label(label);
        _svg.Open("g", "transform", string.Create(CultureInfo.InvariantCulture, $"translate(0 {_top})"));
        DrawFree(cells);
        _top += (((cells - 1) / Columns) + 1) * CellSize;
    }

    private void DrawFree(int cells)
    {
        var rows = cells / Columns;
        if (rows > 0)
            Cell("free", 0, 0, Columns, rows);
        if (cells % Columns > 0)
            Cell("free", 0, rows, cells % Columns, 1);
    }

    private void DrawRun(AddressRun run, int from, int to)
    {
        _svg.Open("g").Element("title", TitleOf(run));
        for (var at = from; at <= to;)
        {
            var end = Math.Min(to, at - (at % Columns) + Columns - 1);
            Cell(ClassOf(run.State), at % Columns, at / Columns, end - at + 1, 1);
            at = end + 1;
        }

        _svg.Close();
    }

    private void Cell(string kind, int column, int row, int columns, int rows) => _svg.Empty(
        "rect", "class", kind,
        "x", Number(column * CellSize), "y", Number(row * CellSize),
        "width", Number((columns * CellSize) - 1), "height", Number((rows * CellSize) - 1));

    private void DrawOverview()
    {
        var block = BitOperations.RoundUpToPowerOf2(((map.Length - 1) / OverviewCells) + 1);
        var cells = (int)((map.Length - 1) / block) + 1;
        OpenGrid($"the whole pool, {Wording.Number(block)} addresses a cell", cells);
        foreach (var blocks in map.Runs.SelectMany(run => BlocksOf(run, block)).GroupBy(at => at.Block, at => at.Run))
            DrawBlock(blocks.Key, block, [.. blocks]);
        _svg.Close();
    }

    private static IEnumerable<(ulong Block, AddressRun Run)> BlocksOf(AddressRun run, ulong block)
    {
        for (var at = run.First / block; at <= run.Last / block; at++)
            yield return (at, run);
    }

    private void DrawBlock(ulong at, ulong block, List<AddressRun> runs)
    {
        var worst = runs.Max(run => run.State);
        var counts = runs.GroupBy(run => run.State).OrderBy(group => group.Key).Select(group => string.Create(
            CultureInfo.InvariantCulture, $"{group.Aggregate(0UL, (sum, run) => sum + InBlock(run, at * block, block))} {ClassOf(group.Key)}"));
        _svg.Open("g").Element("title", $"from {addressOf(at * block)}: {string.Join(", ", counts)}");
        Cell(ClassOf(worst), (int)(at % Columns), (int)(at / Columns), 1, 1);
        _svg.Close();
    }

    private static ulong InBlock(AddressRun run, ulong first, ulong length) =>
        Math.Min(run.Last, first + (length - 1)) - Math.Max(run.First, first) + 1;

    private string TitleOf(AddressRun run)
    {
        var range = run.Count == 1 ? addressOf(run.First) : $"{addressOf(run.First)} – {addressOf(run.Last)}";
        var owners = string.Join(", ", run.Owners.Take(OwnersInTitleMax));
        var more = run.Owners.Length > OwnersInTitleMax
            ? string.Create(CultureInfo.InvariantCulture, $" and {run.Owners.Length - OwnersInTitleMax} more") : "";
        return owners.Length == 0 ? $"{range}: {ClassOf(run.State)}" : $"{range}: {ClassOf(run.State)}, {owners}{more}";
    }

    private void Label(string text)
    {
        _top += LabelHeight;
        _svg.Element("text", text, "x", "0", "y", Number(_top - 4));
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
