using System.Collections.Immutable;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.AddressMaps;
using OverlayBridge.Reports.Html;
using OverlayBridge.Reports.Pages;

namespace OverlayBridge.Reports.Inventories;

/// <summary>The address map of each pool: the picture, and the same as a list for screen reader and paper.</summary>
internal sealed class PoolHtml(HtmlWriter page, PageLinks links)
{
    private static readonly (string State, string Meaning)[] Legend =
    [
        ("used", "used by an endpoint"),
        ("reserved", "reserved (network, broadcast, gateway, auxiliary)"),
        ("fenced", "fenced off for swarm"),
        ("leaked", "leaked: taken, but claimed by nothing"),
        ("unmarked", "unmarked: in use, but free in the bitmap"),
        ("duplicate", "duplicate: claimed more than once"),
        ("free", "free"),
    ];

    // What may still tell its owner on this page; faults of later pools are not counted in.
    private int _room = PageLimits.Addresses;

    public static void Write(HtmlWriter page, ImmutableArray<PoolMap> all, PageLinks links) => new PoolHtml(page, links).Write(all.Length);

    private void Write(int all)
    {
        page.Element("p", "A cell is an address, a row is 32 of them. Point at a cell, or go through them with the Tab key, to see whose it is; the link leads on.", "class", "sub");
        page.Open("ul", "class", "legend");
        foreach (var (state, meaning) in Legend)
            page.Open("li").Open("i", "class", state).Close().Text(meaning).Close();
        page.CloseLine();
        page.Literal(AddressMapSvg.Definitions);
        page.Open("div", "class", "pools").Line();
        foreach (var pool in links.Pools)
            WritePool(pool);
        page.CloseLine();
        HtmlTable.WriteMore(page, all, links.Pools.Length, "pool", "they have no fault; inspect -o json lists them.");
    }

    private void WritePool(PoolMap pool)
    {
        var detail = Detail(pool);
        var anchor = links.AnchorOf(pool.Pool.Id);
        var free = pool.Pool.Free is { } number ? $"{Wording.Number(number)} of {Wording.Number(pool.Pool.Size)} free" : "no readable bitmap";
        var ranges = pool.Ranges.IsEmpty ? "" : $", gives out {string.Join(", ", pool.Ranges)}";
        page.Open("article", "class", "card", "id", anchor).Element("h3", pool.Pool.Subnet);
        page.Open("p");
        WriteNetworks(pool);
        page.Text($" · {free}{ranges}").Close();
        FindingLinks.Write(page, links, anchor);
        if (anchor is not null)
            page.Element("a", $"Skip the map of {pool.Pool.Subnet}", "class", "skip", "href", $"#{anchor}-end");
        var counts = string.Join(", ", AddressStates.All.Where(state => pool.Map.Count(state) > 0)
            .Select(state => $"{Wording.Number(pool.Map.Count(state))} {AddressStates.Word(state)}"));
        new AddressMapSvg(page, pool.Map, Words(pool, anchor), detail).Write($"Address map of {pool.Pool.Subnet}: {counts}, {free}", counts);
        WriteList(pool, detail, anchor);
        page.CloseLine();
    }

    private MapDetail Detail(PoolMap pool)
    {
        var detail = AddressMapSvg.LinksOf(pool.Map, MapDetail.All) <= _room ? MapDetail.All
            : AddressMapSvg.LinksOf(pool.Map, MapDetail.Faults) <= _room ? MapDetail.Faults : MapDetail.None;
        _room -= AddressMapSvg.LinksOf(pool.Map, detail);
        return detail;
    }

    private MapWords Words(PoolMap pool, string? anchor) => new(pool.AddressOf, pool.OwnersOf, run => "#" + (LinkOf(pool, run) ?? anchor ?? "maps"));

    // To its finding, else to the row of the endpoint that has it.
    private string? LinkOf(PoolMap pool, AddressRun run)
    {
        if (AddressStates.IsFault(run.State) && links.FindingOf($"{pool.Pool.Id} {pool.AddressOf(run.First)}") is { } finding)
            return finding;
        var endpoint = run.Claims.FirstOrDefault(claim => claim.Owner == AddressOwner.Endpoint);
        return endpoint is { NetworkId: { } network, EndpointId: { } id } ? links.AnchorOf(network, id) : null;
    }

    private void WriteNetworks(PoolMap pool)
    {
        var ids = pool.NetworkIds;
        if (ids.IsEmpty)
            page.Text("used by no network");
        for (var at = 0; at < ids.Length; at++)
        {
            page.Text(at == 0 ? "" : ", ");
            HtmlTable.WriteLink(page, links.AnchorOf(ids[at]), pool.Networks[at]);
        }
    }

    private void WriteList(PoolMap pool, MapDetail detail, string? anchor)
    {
        var runs = detail switch
        {
            MapDetail.All => pool.Map.Runs,
            MapDetail.Faults => [.. pool.Map.Runs.Where(run => AddressStates.IsFault(run.State))],
            _ => [],
        };
        page.Open("details", "id", anchor is null ? null : $"{anchor}-end");
        page.Element("summary", $"Addresses that are not free ({Wording.Number((long)pool.Map.Runs.Length)})");
        if (runs.Length > 0)
            HtmlTable.Write(
                page, $"Addresses of {pool.Pool.Subnet}",
                [("Address", HtmlColumn.Text), ("State", HtmlColumn.Text), ("Whose", HtmlColumn.Wrapped)],
                runs.Select(run => new[]
                {
                    HtmlTable.Code(pool.RangeOf(run)),
                    HtmlTable.Plain(AddressStates.Word(run.State)),
                    HtmlTable.Link(LinkOf(pool, run), string.Join(", ", pool.OwnersOf(run).DefaultIfEmpty("nobody"))),
                }));
        HtmlTable.WriteMore(page, pool.Map.Runs.Length, runs.Length, "line", "inspect -o json lists them.");
        page.Close();
    }
}
