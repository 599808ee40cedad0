using System.Collections.Immutable;
using System.Text;

namespace OverlayBridge.Reports.Text;

/// <summary>How a table column behaves when the terminal is too narrow for all of them.</summary>
internal enum ColumnKind
{
    /// <summary>Always shown whole: addresses, short ids, states.</summary>
    Whole,

    /// <summary>Numbers: whole and set to the right.</summary>
    Number,

    /// <summary>Free text: cut with an ellipsis where the width does not suffice.</summary>
    Flexible,

    /// <summary>Sentences: broken into further lines where the width does not suffice, for nothing of them may be missed.</summary>
    Sentence,
}

/// <summary>A cell: what is written, and how it stands out on a terminal with colours.</summary>
internal readonly record struct Cell(string Text, Tone Tone = Tone.Plain)
{
    public static implicit operator Cell(string text) => new(text);
}

/// <summary>Lays rows out in columns that fit a width, headers in capitals. Control characters in cells are escaped.</summary>
internal sealed class TextTable(params (string Header, ColumnKind Kind)[] columns)
{
    private const int GapColumns = 2;
    private const int FlexibleMinColumns = 8;

    private readonly List<ImmutableArray<Cell>> _rows = [];

    public void Add(params Cell[] cells) =>
        _rows.Add([.. cells.Select(cell => cell with { Text = ControlCharacters.Escape(cell.Text) })]);

    public void WriteTo(TextWriter output, int width, int indent, AnsiStyle style)
    {
        var widths = Fit(width - indent);
        WriteRow(output, [.. columns.Select(column => new Cell(column.Header.ToUpperInvariant(), Tone.Faint))], widths, indent, style);
        foreach (var row in _rows)
            WriteRow(output, row, widths, indent, style);
    }

    // Flexible columns give way one column at a time, the widest first, until the row fits or all are at their minimum.
    private int[] Fit(int width)
    {
        var widths = columns.Select((column, at) =>
            _rows.Select(row => DisplayWidth.Of(row[at].Text)).Append(column.Header.Length).Max()).ToArray();
        while (widths.Sum() + (GapColumns * (widths.Length - 1)) > width)
        {
            var widest = Enumerable.Range(0, columns.Length)
                .Where(at => columns[at].Kind is ColumnKind.Flexible or ColumnKind.Sentence && widths[at] > FlexibleMinColumns)
                .OrderByDescending(at => widths[at])
                .FirstOrDefault(-1);
            if (widest < 0)
                break;
            widths[widest]--;
        }

        return widths;
    }

    private void WriteRow(TextWriter output, ImmutableArray<Cell> cells, int[] widths, int indent, AnsiStyle style)
    {
        var broken = cells.Select((cell, at) => columns[at].Kind == ColumnKind.Sentence ? DisplayWidth.Wrap(cell.Text, widths[at]).ToList() : [DisplayWidth.Cut(cell.Text, widths[at])]).ToList();
        for (var line = 0; line < Math.Max(1, broken.Max(static texts => texts.Count)); line++)
            WriteLine(output, [.. cells.Select((cell, at) => cell with { Text = broken[at].ElementAtOrDefault(line) ?? "" })], widths, indent, style);
    }

    private void WriteLine(TextWriter output, ImmutableArray<Cell> cells, int[] widths, int indent, AnsiStyle style)
    {
        var line = new StringBuilder().Append(' ', indent);
        for (var at = 0; at < cells.Length; at++)
        {
            var text = cells[at].Text;
            var padding = widths[at] - DisplayWidth.Of(text);
            var isNumber = columns[at].Kind == ColumnKind.Number;
            line.Append(' ', isNumber ? padding : 0).Append(style.Apply(text, cells[at].Tone));
            if (at < cells.Length - 1)
                line.Append(' ', (isNumber ? 0 : padding) + GapColumns);
        }

        output.Write(line.ToString().TrimEnd());
        output.Write('\n');
    }
}
