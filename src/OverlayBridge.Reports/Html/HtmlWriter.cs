using System.Text;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Html;

/// <summary>
/// Writes HTML and SVG so that nothing from a store can become markup: text and attribute values go through one escape, names of elements
/// and attributes are literals of this project.
/// </summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _output = new();
    private readonly Stack<string> _open = new();

    /// <summary>Opens an element; attributes come as name, value, name, value; a null value leaves the attribute out.</summary>
    public HtmlWriter Open(string element, params ReadOnlySpan<string?> attributes)
    {
        Tag(element, attributes, ">");
        _open.Push(element);
        return this;
    }

    /// <summary>An element that has no content, such as <c>rect</c> or <c>br</c>.</summary>
    public HtmlWriter Empty(string element, params ReadOnlySpan<string?> attributes)
    {
        Tag(element, attributes, "/>");
        return this;
    }

    public HtmlWriter Text(string text)
    {
        Escape(ControlCharacters.Escape(text));
        return this;
    }

    /// <summary>An element with nothing but text in it.</summary>
    public HtmlWriter Element(string element, string text, params ReadOnlySpan<string?> attributes) =>
        Open(element, attributes).Text(text).Close();

    public HtmlWriter Close()
    {
        _output.Append("</").Append(_open.Pop()).Append('>');
        return this;
    }

    /// <summary>Closes the element and ends the line: for blocks, so that the page's source can be read and diffed.</summary>
    public HtmlWriter CloseLine()
    {
        Close();
        return Line();
    }

    public HtmlWriter Line()
    {
        _output.Append('\n');
        return this;
    }

    /// <summary>A literal of this project, such as the style sheet; never text from a store.</summary>
    public HtmlWriter Literal(string markup)
    {
        _output.Append(markup);
        return this;
    }

    /// <summary>The finished markup.</summary>
    /// <exception cref="InvalidOperationException">An element is still open: a defect of the caller.</exception>
    public override string ToString() => _open.Count == 0
        ? _output.ToString()
        : throw new InvalidOperationException($"Element {_open.Peek()} is still open.");

    private void Tag(string element, ReadOnlySpan<string?> attributes, string end)
    {
        _output.Append('<').Append(element);
        for (var at = 0; at < attributes.Length; at += 2)
            if (attributes[at + 1] is { } value)
            {
                _output.Append(' ').Append(attributes[at]).Append("=\"");
                Escape(ControlCharacters.Escape(value));
                _output.Append('"');
            }

        _output.Append(end);
    }

    private void Escape(string text)
    {
        foreach (var letter in text)
            _ = letter switch
            {
                '<' => _output.Append("&lt;"),
                '>' => _output.Append("&gt;"),
                '&' => _output.Append("&amp;"),
                '"' => _output.Append("&quot;"),
                '\'' => _output.Append("&#39;"),
                _ => _output.Append(letter),
            };
    }
}
