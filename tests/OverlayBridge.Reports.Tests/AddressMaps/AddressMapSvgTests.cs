using System.Collections.Immutable;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using OverlayBridge.Reports.AddressMaps;
using OverlayBridge.Reports.Html;

namespace OverlayBridge.Reports.Tests.AddressMaps;

public sealed class AddressMapSvgTests
{
    [Fact]
    public void Every_address_is_a_link_that_tells_its_state_and_owner()
    {
        var link = Assert.Single(Draw(256, Run(3, 3, AddressState.Used)).QuerySelectorAll("a"));

        Assert.Equal("3: used owner of 3", link.TextContent);
        Assert.Equal("#at3", link.GetAttribute("href"));
    }

    [Fact]
    public void A_state_is_one_path_however_many_addresses_have_it()
    {
        var svg = Draw(256, [.. Enumerable.Range(0, 128).Select(at => Run((ulong)at * 2, (ulong)at * 2, AddressState.Used))]);

        Assert.Equal(128, Assert.Single(svg.QuerySelectorAll("path.used")).GetAttribute("d")!.Count(letter => letter == 'M'));
    }

    [Fact]
    public void Neighbours_in_one_state_are_one_bar_and_a_run_over_the_end_of_a_row_goes_on_in_the_next_one()
    {
        var svg = Draw(256, Run(30, 30, AddressState.Used), Run(31, 31, AddressState.Used), Run(32, 33, AddressState.Used));

        Assert.Equal("M300 0h20v10h-20zM0 10h20v10h-20z", svg.QuerySelector("path.used")!.GetAttribute("d"));
    }

    [Fact]
    public void Whole_rows_are_one_bar() => Assert.Equal(
        "M0 0h320v20h-320zM0 20h10v10h-10z", Draw(256, Run(0, 64, AddressState.Fenced)).QuerySelector("path.fenced")!.GetAttribute("d"));

    [Fact]
    public void A_full_16_is_drawn_with_few_elements()
    {
        var svg = Draw(MapDetail.None, 65536, Run(0, 65535, AddressState.Leaked));

        Assert.InRange(svg.QuerySelectorAll("path").Length, 5, 20);
        Assert.Contains("… further parts", svg.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_large_pool_the_whole_is_drawn_and_then_address_by_address_only_parts_that_hold_something()
    {
        var svg = Draw(65536, Run(2, 2, AddressState.Used), Run(65535, 65535, AddressState.Reserved));

        Assert.Equal(["the whole pool, 128 addresses a cell", "0", "65280"], Labels(svg));
    }

    [Fact]
    public void Parts_of_a_large_pool_with_a_fault_come_before_those_that_only_hold_something()
    {
        ImmutableArray<AddressRun> used = [.. Enumerable.Range(0, 10).Select(page => Run((ulong)page * 256, (ulong)page * 256, AddressState.Used))];

        var svg = Draw(65536, [.. used, Run(60000, 60000, AddressState.Leaked)]);

        Assert.Contains("59904", Labels(svg));
    }

    [Fact]
    public void A_cell_of_the_whole_says_how_many_addresses_of_its_block_are_in_which_state()
    {
        var svg = Draw(65536, Run(0, 2, AddressState.Leaked), Run(5, 5, AddressState.Used), Run(127, 200, AddressState.Used));

        Assert.Equal(
            ["0 to 127: 2 used, 3 leaked".Replace(": ", " ", StringComparison.Ordinal), "128 to 255 73 used"],
            svg.QuerySelectorAll("g:first-of-type a").Select(link => link.TextContent));
    }

    [Fact]
    public void A_64_of_IPv6_is_drawn()
    {
        var svg = Draw(ulong.MaxValue, Run(0, 0, AddressState.Reserved), Run(1, ulong.MaxValue - 1, AddressState.Leaked));

        Assert.InRange(svg.QuerySelectorAll("a").Length, 512, 1024);
    }

    [Fact]
    public void A_pool_smaller_than_a_row_has_no_cells_beyond_its_end() =>
        Assert.Equal("M0 0h40v10h-40z", Assert.Single(Draw(4).QuerySelectorAll("path.free")).GetAttribute("d"));

    [Theory]
    [InlineData("All", 3)]
    [InlineData("Faults", 1)]
    [InlineData("None", 0)]
    public void Links_are_made_for_all_for_faults_or_for_nothing_and_the_picture_is_the_same(string detail, int links)
    {
        ImmutableArray<AddressRun> runs = [Run(1, 1, AddressState.Reserved), Run(2, 2, AddressState.Used), Run(9, 9, AddressState.Leaked)];
        var svg = Draw(Enum.Parse<MapDetail>(detail), 256, [.. runs]);

        Assert.Equal(links, svg.QuerySelectorAll("a").Length);
        Assert.Equal(links, AddressMapSvg.LinksOf(new AddressMap(256, runs), Enum.Parse<MapDetail>(detail)));
        Assert.Equal(3, svg.QuerySelectorAll("path.reserved,path.used,path.leaked").Length);
    }

    private static AddressRun Run(ulong first, ulong last, AddressState state) => new(first, last, state, []);

    private static IElement Draw(ulong length, params AddressRun[] runs) => Draw(MapDetail.All, length, runs);

    private static IElement Draw(MapDetail detail, ulong length, params AddressRun[] runs)
    {
        var words = new MapWords(ordinal => $"{ordinal}", run => [$"owner of {run.First}"], run => $"#at{run.First}");
        var svg = WholeForms.Whole(output => new AddressMapSvg(new HtmlWriter(output), new AddressMap(length, [.. runs]), words, detail).Write("a map", ""));
        return new HtmlParser().ParseDocument(svg).QuerySelector("svg")!;
    }

    private static IEnumerable<string> Labels(IElement svg) => svg.Children.Where(child => child.LocalName == "text" && !child.ClassList.Contains("hint")).Select(text => text.TextContent);
}
