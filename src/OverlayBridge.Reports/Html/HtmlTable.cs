namespace OverlayBridge.Reports.Html;

/// <summary>How a column of a table is set.</summary>
internal enum HtmlColumn
{
    Text,
    Number,

    /// <summary>Long text, broken over lines.</summary>
    Wrapped,
}

/// <summary>Tables that scroll sideways on a narrow screen, by finger or by arrow keys, without moving the page.</summary>
internal static class HtmlTable
{
    public static void Write(
        HtmlWriter page, string label, IReadOnlyList<(string Header, HtmlColumn Kind)> columns,
        IEnumerable<IReadOnlyList<Action<HtmlWriter>>> rows)
    {
        page.Open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", label).Open("table");
        page.Open("thead").Open("tr");
        foreach (var (header, kind) in columns)
            page.Element("th", header, "scope", "col", "class", ClassOf(kind));
        page.Close().Close().Open("tbody").Line();
        foreach (var row in rows)
        {
            page.Open("tr");
            for (var at = 0; at < row.Count; at++)
            {
                page.Open("td", "class", ClassOf(columns[at].Kind));
                row[at](page);
                page.Close();
            }

            page.CloseLine();
        }

        page.Close().Close().CloseLine();
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

    private static string? ClassOf(HtmlColumn kind) => kind switch
    {
        HtmlColumn.Number => "n",
        HtmlColumn.Wrapped => "wrap",
        _ => null,
    };
}
