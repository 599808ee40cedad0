using System.Collections.Immutable;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using OverlayBridge.Reports.AddressMaps;
using OverlayBridge.Reports.Html;

namespace OverlayBridge.Reports.Tests.AddressMaps;

public sealed class AddressMapSvgTests
{
    [Fact]
    public void Every_address_tells_its_owner()
    {
        var svg = Draw(256, new AddressRun(3, 3, AddressState.Used, ["endpoint web on 172.31.0.1"]));

        Assert.Contains("3: used, endpoint web on 172.31.0.1", Titles(svg));
        Assert.Single(svg.QuerySelectorAll("rect.used"));
    }

    [Fact]
    public void A_run_over_the_end_of_a_row_goes_on_in_the_next_one()
    {
        var svg = Draw(256, new AddressRun(30, 33, AddressState.Fenced, ["back"]));

        Assert.Equal(["300", "0"], svg.QuerySelectorAll("rect.fenced").Select(cell => cell.GetAttribute("x")));
    }

    [Fact]
    public void A_full_16_is_drawn_with_few_elements()
    {
        var svg = Draw(65536, new AddressRun(0, 65535, AddressState.Unclaimed, []));

        Assert.InRange(svg.QuerySelectorAll("rect").Length, 512, 1024);
        Assert.Contains("… and more", svg.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_large_pool_only_blocks_that_hold_something_are_drawn_cell_by_cell()
    {
        var svg = Draw(65536, new AddressRun(2, 2, AddressState.Used, []), new AddressRun(65535, 65535, AddressState.Reserved, []));

        Assert.Equal(
            ["the whole pool, 128 addresses a cell", "0", "65280"], svg.QuerySelectorAll("text").Select(text => text.TextContent));
    }

    [Fact]
    public void A_64_of_IPv6_is_drawn()
    {
        var svg = Draw(ulong.MaxValue, new AddressRun(0, 0, AddressState.Reserved, []), new AddressRun(0, ulong.MaxValue - 1, AddressState.Unclaimed, []));

        Assert.InRange(svg.QuerySelectorAll("rect").Length, 512, 2048);
    }

    [Fact]
    public void A_pool_smaller_than_a_row_has_no_cells_beyond_its_end() => Assert.Equal(
        "39", Assert.Single(Draw(4).QuerySelectorAll("rect.free")).GetAttribute("width"));

    private static IElement Draw(ulong length, params ImmutableArray<AddressRun> runs)
    {
        var svg = WholeForms.Whole(output =>
            new AddressMapSvg(new AddressMap(length, runs), ordinal => $"{ordinal}").Draw(new HtmlWriter(output), "a map"));
        return new HtmlParser().ParseDocument(svg).QuerySelector("svg")!;
    }

    private static IEnumerable<string> Titles(IElement svg) => svg.QuerySelectorAll("title").Select(title => title.TextContent);
}
