using OverlayBridge.Reports.Audits;
using OverlayBridge.Reports.Diffs;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Inventories;

namespace OverlayBridge.Reports.Pages;

/// <summary>
/// The whole picture of a store on one page (<c>report</c>): its health, the findings with their evidence, and everything that it holds, each
/// linked to the other; on demand also what differs from another store.
/// </summary>
/// <param name="against">From the other store to this one; null when there is none.</param>
public sealed class StorePage(InventoryReport inventory, AuditReport audit, DiffReport? against)
{
    public void Write(TextWriter output, ReportStamp stamp)
    {
        var findings = audit.Document.Findings;
        var links = PageLinks.Of(inventory, findings);
        IEnumerable<PageSection> sections = [AuditHtml.Section(audit.Document, links), .. new InventoryHtml(inventory, links).Sections()];
        if (against is not null)
            sections = sections.Append(against.Section());
        HtmlPage.Write(output, "Overlay networks", InventoryHtml.Subtitle(inventory.Document), stamp, WriteOverview, [.. sections]);
    }

    private void WriteOverview(HtmlWriter page)
    {
        page.Open("ul", "class", "tiles", "aria-label", "Findings");
        AuditHtml.WriteTiles(page, audit.Document.Findings);
        page.CloseLine();
        page.Open("ul", "class", "tiles plain", "aria-label", "What the store holds");
        InventoryHtml.WriteTiles(page, inventory.Document.Counts);
        page.CloseLine();
    }
}
