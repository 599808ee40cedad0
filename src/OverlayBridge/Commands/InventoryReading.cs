using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Reports.Inventories;
using OverlayBridge.Sources;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary>Makes the inventory of a STATE, which <c>inspect</c> and <c>report</c> show.</summary>
internal static class InventoryReading
{
    private const int WarningsMax = 20;

    /// <summary>Reads the store, and from a bridge the fences of its exposed networks as well.</summary>
    /// <exception cref="SourceException">It cannot be reached or is not what it claims to be.</exception>
    public static async Task<InventoryReport> ReadAsync(ParseResult parse, StateArgument state, CancellationToken token)
    {
        var image = await state.ReadAsync(parse, token).ConfigureAwait(false);
        return Report(parse, DecodedImage.Of(image), await ReadOwnFencesAsync(parse, state, token).ConfigureAwait(false));
    }

    /// <summary>The inventory of an image that was read.</summary>
    public static InventoryReport Report(ParseResult parse, DecodedImage image, ImmutableArray<FenceView> fences)
    {
        var inventory = Inventory.Of(image, RangesOf(fences));
        WarnOfFaults(CommandOutput.Of(parse), inventory.Faults);
        return new InventoryReport(inventory, fences);
    }

    /// <summary>Names each key that cannot be decoded on stderr, whole and on one line, whatever form the report has.</summary>
    public static void WarnOfFaults(CommandOutput output, ImmutableArray<InventoryFault> faults)
    {
        foreach (var fault in faults.Take(WarningsMax))
            output.Warning(string.Create(CultureInfo.InvariantCulture, $"{fault.Key}: byte {fault.Offset}: {fault.Reason}"));
        if (faults.Length > WarningsMax)
            output.Warning(string.Create(
                CultureInfo.InvariantCulture, $"{faults.Length - WarningsMax} more keys cannot be decoded; the report names them all."));
    }

    /// <summary>The blocks that exposed networks set aside for swarm, where the store is a bridge and so knows them itself; else none.</summary>
    public static async Task<ImmutableArray<FenceView>> ReadOwnFencesAsync(ParseResult parse, StateArgument state, CancellationToken token) =>
        state.Uri(parse) is { Scheme: StateScheme.Bridge } bridge ? await ReadFencesAsync(parse, bridge, token).ConfigureAwait(false) : [];

    /// <summary>The blocks that exposed networks set aside for swarm.</summary>
    /// <param name="uri">A control node, or a dump of all that one holds.</param>
    public static async Task<ImmutableArray<FenceView>> ReadFencesAsync(ParseResult parse, StateUri uri, CancellationToken token)
    {
        using var source = SourceFactory.Open(uri, StateArgument.Options(parse, BridgeKeys.Exposures));
        var exposures = await source.ReadAsync(token).ConfigureAwait(false);
        var output = CommandOutput.Of(parse);
        return [.. exposures.Entries.SelectMany(entry => Decode(entry, output)).SelectMany(ToViews)];
    }

    private static ExposureRecord[] Decode(KeyValueEntry entry, CommandOutput output)
    {
        try
        {
            return [BridgeRecords.Decode<ExposureRecord>(entry.Key, entry.Bytes.Span)];
        }
        catch (BridgeRecordException damaged)
        {
            output.Warning($"{damaged.Message} Its fence is shown as unclaimed addresses.");
            return [];
        }
    }

    /// <summary>The blocks themselves.</summary>
    public static ImmutableArray<Cidr> RangesOf(ImmutableArray<FenceView> fences) => [.. fences.SelectMany(RangeOf)];

    private static Cidr[] RangeOf(FenceView fence) => Cidr.TryParse(fence.Range, out var range) ? [range] : [];

    private static IEnumerable<FenceView> ToViews(ExposureRecord exposure) =>
        from block in exposure.Blocks
        let subnet = exposure.SubnetOf(block.BaseAddress)
        where subnet is not null
        select new FenceView(exposure.LegacyNetworkId, exposure.Name, subnet.Subnet.ToString(), block.ToString());
}
