using System.Collections.Immutable;
using OverlayBridge.Reports.AddressMaps;
using OverlayBridge.Reports.Html;

namespace OverlayBridge.Reports.Inventories;

/// <summary>The address map of each pool: the picture, and the same as a list for keyboard, screen reader and paper.</summary>
internal static class PoolHtml
{
    private static readonly (string State, string Meaning)[] Legend =
    [
        ("used", "used by an endpoint"),
        ("reserved", "reserved (network, gateway, auxiliary)"),
        ("fenced", "fenced off for swarm"),
        ("unclaimed", "taken, but claimed by nothing"),
        ("unmarked", "in use, but free in the bitmap"),
        ("duplicate", "claimed more than once"),
        ("free", "free"),
    ];

    public static void Write(HtmlWriter page, ImmutableArray<PoolMap> pools)
    {
        page.Element("p", "One cell is one address, a row is 32 of them; point at a cell to see whose it is. The lists say the same in words.", "class", "sub");
        page.Open("ul", "class", "legend");
        foreach (var (state, meaning) in Legend)
            page.Open("li").Open("i", "class", state).Close().Text(meaning).Close();
        page.CloseLine();
        page.Literal(AddressMapSvg.Definitions);
        page.Open("div", "class", "pools").Line();
        foreach (var pool in pools)
            WritePool(page, pool);
        page.CloseLine();
    }

    private static void WritePool(HtmlWriter page, PoolMap pool)
    {
        var free = pool.Pool.Free is { } number ? $"{Wording.Number(number)} of {Wording.Number(pool.Pool.Size)} free" : "no readable bitmap";
        var networks = pool.Networks.IsEmpty ? "used by no network" : string.Join(", ", pool.Networks);
        var ranges = pool.Ranges.IsEmpty ? "" : $", gives out {string.Join(", ", pool.Ranges)}";
        var odd = pool.OddStates;
        page.Open("article", "class", "card").Element("h3", pool.Pool.Subnet)
            .Element("p", $"{networks} · {free}{ranges}{(odd.Length > 0 ? $" · {odd}" : "")}");
        var map = new AddressMapSvg(pool.Map, pool.AddressOf);
        map.Draw(page, $"Address map of {pool.Pool.Subnet}: {free}{(odd.Length > 0 ? $", {odd}" : "")}");
        WriteList(page, pool);
        page.CloseLine();
    }

    private static void WriteList(HtmlWriter page, PoolMap pool)
    {
        page.Open("details").Element("summary", $"Addresses that are not free ({pool.Map.Runs.Length})");
        HtmlTable.Write(
            page, $"Addresses of {pool.Pool.Subnet}",
            [("Address", HtmlColumn.Text), ("State", HtmlColumn.Text), ("Whose", HtmlColumn.Wrapped)],
            pool.Map.Runs.Select(run => new[]
            {
                HtmlTable.Code(pool.RangeOf(run)),
                HtmlTable.Plain(AddressMapSvg.ClassOf(run.State)),
                HtmlTable.Plain(string.Join(", ", run.Owners)),
            }));
        page.Close();
    }
}
