using System.Text;

namespace OverlayBridge.Reports.Text;

/// <summary>A report for a terminal: headings, lines and tables that fit a width.</summary>
internal sealed class TextReport(int width, bool colour)
{
    private readonly StringBuilder _output = new();
    private readonly AnsiStyle _style = new(colour);

    public void Heading(string text)
    {
        if (_output.Length > 0)
            _output.Append('\n');
        Line(text, Tone.Heading);
    }

    /// <summary>A line, wrapped where it is too wide; further lines are indented two columns deeper.</summary>
    public void Line(string text, Tone tone = Tone.Plain, int indent = 0)
    {
        var first = true;
        foreach (var part in DisplayWidth.Wrap(ControlCharacters.Escape(text), width - indent - 2))
        {
            _output.Append(' ', first ? indent : indent + 2).Append(_style.Apply(part, tone)).Append('\n');
            first = false;
        }
    }

    public void Table(TextTable table, int indent = 0) => table.WriteTo(_output, width, indent, _style);

    public override string ToString() => _output.ToString();
}
