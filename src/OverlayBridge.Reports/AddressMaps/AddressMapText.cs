
namespace OverlayBridge.Reports.AddressMaps;

/// <summary>Two address maps of one pool side by side in letters, for a terminal of 80 columns.</summary>
internal static class AddressMapText
{
    /// <summary>What the letters mean.</summary>
    public const string Legend = ". free   # used   r reserved   = set aside   ? leaked   ! unmarked   X twice";

    private const int MostCells = 256;
    private const char Free = '.';

    /// <param name="addressOf">The address of an ordinal.</param>
    public static IEnumerable<string> Lines(AddressMap before, AddressMap after, Func<ulong, string> addressOf)
    {
        var unit = System.Numerics.BitOperations.RoundUpToPowerOf2(((before.Length - 1) / MostCells) + 1);
        var cells = (int)(((before.Length - 1) / unit) + 1);
        var columns = Math.Min(cells, MapGrid.Columns);
        var (left, right) = (Letters(before, unit, cells), Letters(after, unit, cells));
        var labels = Enumerable.Range(0, (cells + columns - 1) / columns).Select(row => Label(addressOf((ulong)(row * columns) * unit))).ToList();
        var width = labels.Max(static label => label.Length);
        yield return $"{"".PadRight(width)} {"before".PadRight(columns)}  after";
        for (var row = 0; row < labels.Count; row++)
        {
            var at = row * columns;
            var count = Math.Min(columns, cells - at);
            yield return $"{labels[row].PadRight(width)} {new string(left, at, count).PadRight(columns)}  {new string(right, at, count)}";
        }
        yield return Legend;
        if (unit > 1)
            yield return $"a letter stands for {Wording.Number(unit)} addresses: the worst of them counts";
    }

    // Of an address the last three bytes: with all four, two maps do not fit side by side.
    private static string Label(string address) => string.Join('.', address.Split('.').Skip(1).Prepend(""));

    private static char[] Letters(AddressMap map, ulong unit, int cells)
    {
        var worst = new AddressState?[cells];
        foreach (var run in map.Runs)
            for (var cell = (int)(run.First / unit); cell <= (int)(run.Last / unit); cell++)
                if (worst[cell] is not { } known || known < run.State)
                    worst[cell] = run.State;
        return [.. worst.Select(static state => state is { } known ? LetterOf(known) : Free)];
    }

    private static char LetterOf(AddressState state) => state switch
    {
        AddressState.Reserved => 'r',
        AddressState.Used => '#',
        AddressState.Fenced => '=',
        AddressState.Leaked => '?',
        AddressState.Unmarked => '!',
        _ => 'X',
    };
}
