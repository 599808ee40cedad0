using System.Globalization;

namespace OverlayBridge.Reports.Html;

/// <summary>A part of a page that the navigation leads to.</summary>
/// <param name="Id">Anchor, a literal of this project.</param>
internal sealed record PageSection(string Id, string Title, Action<HtmlWriter> Write);

/// <summary>
/// The frame of every page. Its content policy forbids scripts and anything from outside, should an escape ever fail; light and dark are
/// chosen by radio buttons that the style sheet alone obeys.
/// </summary>
internal static class HtmlPage
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

    /// <param name="subtitle">Empty for none.</param>
    public static void Write(
        TextWriter output, string title, string subtitle, ReportStamp stamp, Action<HtmlWriter> overview, IReadOnlyList<PageSection> sections)
    {
        var page = new HtmlWriter(output);
        page.Literal("<!doctype html>\n").Open("html", "lang", "en").Line();
        WriteHead(page, title);
        page.Open("body", "id", "top").Line().Element("a", "Skip to the report", "class", "skip", "href", "#main").Line();
        page.Open("header");
        WriteColours(page);
        page.Element("h1", title);
        if (subtitle.Length > 0)
            page.Element("p", subtitle, "class", "sub");
        overview(page);
        page.CloseLine();
        WriteNavigation(page, sections);
        page.Open("main", "id", "main", "tabindex", "-1").Line();
        foreach (var section in sections)
        {
            page.Open("section", "id", section.Id, "aria-labelledby", section.Id + "-title")
                .Element("h2", section.Title, "id", section.Id + "-title").Line();
            section.Write(page);
            page.CloseLine();
        }

        page.CloseLine();
        page.Element("footer", string.Create(
            CultureInfo.InvariantCulture, $"Made by {stamp.Program} on {stamp.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC.")).Line();
        page.CloseLine().CloseLine().End();
    }

    private static void WriteHead(HtmlWriter page, string title)
    {
        page.Open("head").Line().Empty("meta", "charset", "utf-8").Line()
            .Empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1").Line()
            .Empty("meta", "http-equiv", "Content-Security-Policy", "content", Policy).Line()
            .Empty("meta", "name", "referrer", "content", "no-referrer").Line()
            .Element("title", title).Line();
        page.Open("style").Literal("\n" + PageStyle.Css + "\n").CloseLine();
        page.CloseLine();
    }

    private static void WriteColours(HtmlWriter page)
    {
        page.Open("fieldset", "class", "colours").Element("legend", "Colours");
        foreach (var (name, isDefault) in new[] { ("auto", true), ("light", false), ("dark", false) })
            page.Open("label").Empty("input", "type", "radio", "name", "colours", "id", $"colours-{name}", "checked", isDefault ? "" : null)
                .Element("span", name).Close();
        page.CloseLine();
    }

    private static void WriteNavigation(HtmlWriter page, IReadOnlyList<PageSection> sections)
    {
        page.Open("nav", "aria-label", "Sections").Open("ul");
        foreach (var section in sections)
            page.Open("li").Element("a", section.Title, "href", "#" + section.Id).Close();
        page.Close().CloseLine();
    }
}
