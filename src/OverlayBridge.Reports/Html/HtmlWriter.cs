using System.Buffers;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Html;

/// <summary>
/// Writes HTML and SVG so that nothing from a store can become markup: text and attribute values go through one escape, names of elements
/// and attributes are literals of this project.
/// </summary>
internal sealed class HtmlWriter(TextWriter output)
{
    private static readonly SearchValues<char> Special = SearchValues.Create("<>&\"'");

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
        output.Write("</");
        output.Write(_open.Pop());
        output.Write('>');
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
        output.Write('\n');
        return this;
    }

    /// <summary>A literal of this project, such as the style sheet; never text from a store.</summary>
    public HtmlWriter Literal(string markup)
    {
        output.Write(markup);
        return this;
    }

    /// <summary>Says that the markup is complete.</summary>
    /// <exception cref="InvalidOperationException">An element is still open: a defect of the caller.</exception>
    public void End()
    {
        if (_open.TryPeek(out var element))
            throw new InvalidOperationException($"Element {element} is still open.");
    }

    private void Tag(string element, ReadOnlySpan<string?> attributes, string end)
    {
        output.Write('<');
        output.Write(element);
        for (var at = 0; at < attributes.Length; at += 2)
            if (attributes[at + 1] is { } value)
            {
                output.Write(' ');
                output.Write(attributes[at]);
                output.Write("=\"");
                Escape(ControlCharacters.Escape(value));
                output.Write('"');
            }

        output.Write(end);
    }

    private void Escape(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOfAny(Special); at >= 0; at = text.IndexOfAny(Special))
        {
            output.Write(text[..at]);
            output.Write(text[at] switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '"' => "&quot;",
                _ => "&#39;",
            });
            text = text[(at + 1)..];
        }

        output.Write(text);
    }
}
