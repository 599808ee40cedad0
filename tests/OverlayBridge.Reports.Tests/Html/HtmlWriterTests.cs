using AngleSharp.Html.Parser;
using CsCheck;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Tests.Html;

public sealed class HtmlWriterTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\" onmouseover=\"alert(1)")]
    [InlineData("' onfocus='alert(1)")]
    [InlineData("</title></svg><img src=x onerror=alert(1)>")]
    [InlineData("&lt;already escaped&gt; &amp;")]
    public void Hostile_text_arrives_as_text_in_elements_and_attributes(string hostile)
    {
        var markup = WholeForms.Whole(output => new HtmlWriter(output).Element("p", hostile, "title", hostile));
        var document = new HtmlParser().ParseDocument(markup);

        var element = Assert.Single(document.Body!.Children);
        Assert.Equal(hostile, element.TextContent);
        Assert.Equal(hostile, element.GetAttribute("title"));
        Assert.Equal(["title"], element.Attributes.Select(attribute => attribute.Name));
        Assert.Empty(element.Children);
    }

    [Fact]
    public void Any_text_survives_the_way_through_a_parser() => Gen.String.Sample(text =>
    {
        var markup = WholeForms.Whole(output => new HtmlWriter(output).Element("p", "x" + text));
        Assert.Equal("x" + ControlCharacters.Escape(text), new HtmlParser().ParseDocument(markup).Body!.FirstElementChild!.TextContent);
    });

    [Fact]
    public void An_element_left_open_is_a_defect() =>
        Assert.Throws<InvalidOperationException>(() => new HtmlWriter(TextWriter.Null).Open("p").End());
}
