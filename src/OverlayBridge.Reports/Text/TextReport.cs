namespace OverlayBridge.Reports.Text;

/// <summary>A report for a terminal: headings, lines and tables that fit a width.</summary>
internal sealed class TextReport(TextWriter output, int width, bool colour)
{
    private readonly AnsiStyle _style = new(colour);
    private bool _hasBegun;

    public void Heading(string text)
    {
        if (_hasBegun)
            output.Write('\n');
        Line(text, Tone.Heading);
    }

    /// <summary>A line, wrapped where it is too wide; further lines are indented two columns deeper. Blanks that the text begins with count as indent.</summary>
    public void Line(string text, Tone tone = Tone.Plain, int indent = 0)
    {
        _hasBegun = true;
        indent += text.Length - text.TrimStart(' ').Length;
        text = text.TrimStart(' ');
        var first = true;
        foreach (var part in DisplayWidth.Wrap(ControlCharacters.Escape(text), width - indent - 2))
        {
            output.Write(new string(' ', first ? indent : indent + 2));
            output.Write(_style.Apply(part, tone));
            output.Write('\n');
            first = false;
        }
    }

    public void Table(TextTable table, int indent = 0)
    {
        _hasBegun = true;
        table.WriteTo(output, width, indent, _style);
    }
}
