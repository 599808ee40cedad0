using OverlayBridge.Reports.Audits;
using OverlayBridge.Reports.Html;

namespace OverlayBridge.Reports.Pages;

/// <summary>Links from a thing to the findings about it.</summary>
internal static class FindingLinks
{
    private const int LinksMax = 4;

    /// <summary>Writes a link for each finding about what has this anchor, up to four, in a list; nothing when there is none.</summary>
    public static void Write(HtmlWriter page, PageLinks links, string? anchor)
    {
        var about = links.FindingsAbout(anchor);
        if (about.Count == 0)
            return;
        page.Open("ul", "class", "chips", "aria-label", "Findings");
        foreach (var at in about.Take(LinksMax))
        {
            var finding = links.Findings[at];
            page.Open("li").Element(
                "a", $"{finding.Rule} {finding.Name}", "class", $"tag {AuditWords.Class(finding.Severity)}", "href", "#" + PageLinks.FindingAnchor(at)).Close();
        }

        if (about.Count > LinksMax)
            page.Element("li", $"and {Wording.Number((long)about.Count - LinksMax)} more");
        page.Close();
    }
}
