using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace OverlayBridge.Reports.AddressMaps;

/// <summary>A rectangle of cells, row by row, each for the same number of consecutive addresses.</summary>
/// <param name="First">Ordinal of the first cell's first address.</param>
/// <param name="Unit">Addresses of a cell: 1, or a power of two in the view of a whole large pool.</param>
/// <param name="Cells">Number of cells.</param>
internal sealed record MapGrid(ulong First, ulong Unit, int Cells)
{
    public const int Columns = 32;

    /// <summary>Addresses of a grid that has a cell for each: eight rows of 32, a /27 each.</summary>
    public const int PageAddresses = 256;

    /// <summary>Grids of a small pool: all of it is drawn address by address.</summary>
    private const int PagesMax = 8;

    /// <summary>Grids of a larger pool that are drawn address by address, besides the view of the whole.</summary>
    private const int PagesOfLargeMax = 4;

    private const int OverviewCellsMax = 512;

    public int Rows => ((Cells - 1) / Columns) + 1;

    /// <summary>Last ordinal of the last cell, or beyond the pool's end where the pool is no multiple of the unit.</summary>
    public ulong Last => First + ((ulong)Cells * Unit) - 1;

    /// <summary>
    /// What is drawn of a pool: all of a small one. Of a large one the whole, a cell for a block of addresses, then four parts address by
    /// address: those with something to look at before those that only hold something.
    /// </summary>
    public static ImmutableArray<MapGrid> Of(AddressMap map)
    {
        var pages = ((map.Length - 1) / PageAddresses) + 1;
        return pages <= PagesMax
            ? [.. Enumerable.Range(0, (int)pages).Select(page => Page(map, (ulong)page))]
            : [Whole(map.Length), .. PagesWorthALook(map).Select(page => Page(map, page))];
    }

    /// <summary>Whether parts of the pool that hold something are not among its grids address by address.</summary>
    public static bool LeavesOut(AddressMap map) =>
        map.Length > PagesMax * PageAddresses && Pages(map.Runs).Take(PagesOfLargeMax + 1).Count() > PagesOfLargeMax;

    /// <summary>The grid's part of a run, in cells; null when the run lies outside.</summary>
    public (int From, int To)? CellsOf(AddressRun run) => run.Last < First || run.First > Last
        ? null
        : ((int)((Math.Max(run.First, First) - First) / Unit), (int)((Math.Min(run.Last, Last) - First) / Unit));

    private static MapGrid Page(AddressMap map, ulong page) =>
        new(page * PageAddresses, 1, (int)Math.Min(PageAddresses, map.Length - (page * PageAddresses)));

    private static MapGrid Whole(ulong length)
    {
        var unit = BitOperations.RoundUpToPowerOf2(((length - 1) / OverviewCellsMax) + 1);
        return new MapGrid(0, unit, (int)((length - 1) / unit) + 1);
    }

    private static IEnumerable<ulong> PagesWorthALook(AddressMap map) => Pages(map.Runs.Where(run => AddressStates.IsFault(run.State)))
        .Take(PagesOfLargeMax).Concat(Pages(map.Runs).Take(PagesOfLargeMax)).Distinct().Take(PagesOfLargeMax).Order();

    // Numbers of the pages that runs lie on, ascending; a run may lie on 2^56 of them, so this is never walked to its end.
    private static IEnumerable<ulong> Pages(IEnumerable<AddressRun> runs)
    {
        ulong next = 0;
        foreach (var run in runs)
            for (var page = Math.Max(next, run.First / PageAddresses); page <= run.Last / PageAddresses; page++)
            {
                yield return page;
                next = page + 1;
            }
    }

    /// <summary>What stands above the grid.</summary>
    public string Label(Func<ulong, string> addressOf) => Unit == 1
        ? addressOf(First)
        : string.Create(CultureInfo.InvariantCulture, $"the whole pool, {Wording.Number(Unit)} addresses a cell");
}
