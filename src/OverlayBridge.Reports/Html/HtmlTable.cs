namespace OverlayBridge.Reports.Html;

/// <summary>How a column of a table is set.</summary>
internal enum HtmlColumn
{
    Text,
    Number,

    /// <summary>Long text, broken over lines.</summary>
    Wrapped,
}

/// <summary>A row of a table.</summary>
/// <param name="Id">Anchor, made by this project; null for none.</param>
internal sealed record HtmlRow(string? Id, params IReadOnlyList<Action<HtmlWriter>> Cells);

/// <summary>Tables that scroll sideways on a narrow screen, by finger or by arrow keys, without moving the page.</summary>
internal static class HtmlTable
{
    private const int OpenRowsMax = 100;

    public static void Write(
        HtmlWriter page, string label, IReadOnlyList<(string Header, HtmlColumn Kind)> columns,
        IEnumerable<IReadOnlyList<Action<HtmlWriter>>> rows) => Write(page, label, columns, rows.Select(row => new HtmlRow(null, row)));

    /// <summary>A table, folded where it is longer than anybody reads at once.</summary>
    /// <param name="count">Rows that there are to be.</param>
    public static void WriteFolded(
        HtmlWriter page, string label, IReadOnlyList<(string Header, HtmlColumn Kind)> columns, int count, IEnumerable<HtmlRow> rows)
    {
        if (count <= OpenRowsMax)
        {
            Write(page, label, columns, rows);
            return;
        }

        page.Open("details", "class", "fold").Element("summary", $"{label} ({Wording.Number((long)count)})").Line();
        Write(page, label, columns, rows);
        page.CloseLine();
    }

    public static void Write(HtmlWriter page, string label, IReadOnlyList<(string Header, HtmlColumn Kind)> columns, IEnumerable<HtmlRow> rows)
    {
        page.Open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", label).Open("table");
        page.Open("thead").Open("tr");
        foreach (var (header, kind) in columns)
            page.Element("th", header, "scope", "col", "class", ClassOf(kind));
        page.Close().Close().Open("tbody").Line();
        foreach (var row in rows)
        {
            page.Open("tr", "id", row.Id);
            for (var at = 0; at < row.Cells.Count; at++)
            {
                page.Open("td", "class", ClassOf(columns[at].Kind));
                row.Cells[at](page);
                page.Close();
            }

            page.CloseLine();
        }

        page.Close().Close().CloseLine();
    }

    /// <summary>Says how many more there are than were shown, and what shows them; nothing when none was left out.</summary>
    /// <param name="noun">Singular.</param>
    public static void WriteMore(HtmlWriter page, int all, int shown, string noun, string elsewhere)
    {
        if (all > shown)
            page.Element("p", $"And {Wording.Count(all - shown, $"more {noun}")}: {elsewhere}", "class", "sub more").Line();
    }

    /// <summary>A cell of plain text.</summary>
    public static Action<HtmlWriter> Plain(string text) => page => page.Text(text);

    /// <summary>A cell of lines in the type of code: addresses, ids, keys.</summary>
    public static Action<HtmlWriter> Code(params IEnumerable<string> lines) => page =>
    {
        var first = true;
        foreach (var line in lines)
        {
            if (!first)
                page.Empty("br");
            page.Element("code", line);
            first = false;
        }
    };

    /// <summary>A link within the page; the text alone where there is no anchor.</summary>
    public static Action<HtmlWriter> Link(string? anchor, string text) => page => WriteLink(page, anchor, text);

    public static void WriteLink(HtmlWriter page, string? anchor, string text)
    {
        if (anchor is null)
            page.Text(text);
        else
            page.Element("a", text, "href", "#" + anchor);
    }

    private static string? ClassOf(HtmlColumn kind) => kind switch
    {
        HtmlColumn.Number => "n",
        HtmlColumn.Wrapped => "wrap",
        _ => null,
    };
}
