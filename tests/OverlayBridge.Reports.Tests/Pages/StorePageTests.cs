using System.Xml;
using AngleSharp.Html.Parser;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Diff;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.Audits;
using OverlayBridge.Reports.Diffs;
using OverlayBridge.Reports.Inventories;
using OverlayBridge.Reports.Pages;
using OverlayBridge.Reports.Tests.Audits;

namespace OverlayBridge.Reports.Tests.Pages;

/// <summary>The page that <c>report</c> writes, of both recorded stores.</summary>
public sealed class StorePageTests
{
    public static TheoryData<string> Stores => ["consul-healthy", "consul-damaged"];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Every_link_leads_to_something_on_the_page_and_no_anchor_is_there_twice(string store)
    {
        var page = new HtmlParser().ParseDocument(await PageAsync(store));
        var anchors = page.QuerySelectorAll("[id]").Select(element => element.Id!).ToList();

        Assert.Equal(anchors.Distinct(), anchors);
        Assert.All(page.QuerySelectorAll("[href]"), link => Assert.Contains(link.GetAttribute("href")![1..], anchors));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Nothing_is_loaded_or_run(string store)
    {
        var page = new HtmlParser().ParseDocument(await PageAsync(store));

        Assert.Empty(page.QuerySelectorAll("script,link,img,iframe,object,embed,form,base,[src],[onload],[onclick],[style]"));
        Assert.DoesNotContain("@import", page.QuerySelector("style")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("url(h", page.QuerySelector("style")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
            page.QuerySelector("meta[http-equiv=Content-Security-Policy]")!.GetAttribute("content"));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Keyboard_and_screen_reader_find_their_way(string store)
    {
        var page = new HtmlParser().ParseDocument(await PageAsync(store));

        Assert.Equal("#main", page.QuerySelector("body a")!.GetAttribute("href"));
        Assert.All(page.QuerySelectorAll("main section"), section => Assert.NotNull(page.GetElementById(section.GetAttribute("aria-labelledby")!)));
        Assert.All(page.QuerySelectorAll(".scroll"), table => Assert.Equal(("0", "region"), (table.GetAttribute("tabindex"), table.GetAttribute("role"))));
        Assert.All(page.QuerySelectorAll("svg[role]"), picture => Assert.NotEmpty(picture.GetAttribute("aria-label")!));
        Assert.All(page.QuerySelectorAll("a"), link => Assert.NotEmpty(link.TextContent.Trim()));
        Assert.Equal(["auto", "light", "dark"], page.QuerySelectorAll("fieldset.colours label").Select(label => label.TextContent));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task It_is_well_formed_markup_in_which_every_element_is_closed(string store)
    {
        // Written so that it is XML, too, but for the doctype and the value of an attribute that stands alone.
        var markup = (await PageAsync(store)).Replace("<!doctype html>", "", StringComparison.Ordinal);
        using var reader = XmlReader.Create(new StringReader(markup), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });

        var elements = 0;
        while (reader.Read())
            elements += reader.NodeType == XmlNodeType.Element ? 1 : 0;
        Assert.InRange(elements, 100, 1_000_000);
    }

    [Fact]
    public async Task A_fault_in_a_map_leads_to_its_finding_and_the_finding_back_to_the_pool_and_the_network()
    {
        var inventory = new InventoryReport(Inventory.From(await Samples.RecordedAsync("consul-damaged")), []);
        var network = inventory.Document.Networks.Single(each => each.Name == "back");
        var finding = AuditSamples.Finding("web", AuditSeverity.Warning) with
        {
            Subject = "GlobalDefault/10.81.0.0/16 10.81.0.3", Network = new(network.Id, "back"),
        };
        var audit = new AuditReport(new() { Source = "a", Index = 1, Counts = new(1, 1, 1, 1), Findings = [finding] });
        var page = new HtmlParser().ParseDocument(WholeForms.Whole(output => new StorePage(inventory, audit, null).Write(output, Samples.Stamp)));

        var leaked = page.QuerySelectorAll(".map a").Last(link => link.TextContent.StartsWith("10.81.0.3: leaked", StringComparison.Ordinal));
        var shown = page.QuerySelector(leaked.GetAttribute("href")!)!;
        Assert.Contains("leaked-address", shown.TextContent, StringComparison.Ordinal);
        Assert.Equal(
            ["tr", "article"], shown.QuerySelectorAll("a").Select(link => page.QuerySelector(link.GetAttribute("href")!)!.LocalName));
    }

    internal static async Task<string> PageAsync(string store, string? against = null)
    {
        var image = await Samples.RecordedAsync(store);
        var diff = against is null ? null : new DiffReport(StateDiff.Between(await Samples.RecordedAsync(against), image), withKeys: false);
        var page = new StorePage(new InventoryReport(Inventory.From(image), []), await AuditSamples.RecordedAsync(store), diff);
        return WholeForms.Whole(output => page.Write(output, Samples.Stamp));
    }
}
