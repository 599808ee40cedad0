using System.Collections.Immutable;
using System.CommandLine;
using OverlayBridge.Reports.Inventories;
using OverlayBridge.Sources;

namespace OverlayBridge.Commands;

/// <summary>
/// <c>--bridge bridge://…</c>: the control node whose exposed networks have set blocks aside in the store. Without it those blocks
/// look like leaked addresses on the legacy store; a STATE that is a control node itself needs none.
/// </summary>
internal sealed class FencesOption
{
    private const string None = "none";

    private readonly Option<string?> _option = new("--bridge")
    {
        Description = "The control node that exposes networks of this store: blocks set aside for swarm are no leaks then; none: there is no such node",
        HelpName = "bridge://HOST:PORT",
    };

    public static FencesOption AddTo(Command command)
    {
        var fences = new FencesOption();
        command.Add(fences._option);
        return fences;
    }

    /// <summary>Whether all fences are known: the store is the bridge's, a bridge was named, or there is none.</summary>
    public bool IsKnown(ParseResult parse, StateArgument state) =>
        parse.GetValue(_option) is not null || state.Uri(parse).Scheme == StateScheme.Bridge;

    /// <summary>The blocks that exposed networks set aside for swarm; none where no bridge is named.</summary>
    /// <exception cref="SourceException">The option names no control node, or it does not answer.</exception>
    public Task<ImmutableArray<FenceView>> ReadAsync(ParseResult parse, StateArgument state, CancellationToken token) =>
        parse.GetValue(_option) switch
        {
            null => InventoryReading.ReadFencesAsync(parse, state.Uri(parse), token),
            None => Task.FromResult(ImmutableArray<FenceView>.Empty),
            var text => InventoryReading.ReadFencesAsync(parse, Bridge(text), token),
        };

    private static StateUri Bridge(string text)
    {
        var uri = StateUri.Parse(text);
        return uri.Scheme == StateScheme.Bridge
            ? uri
            : throw new SourceException($"'{uri}' is no control node of overlaybridge.", "Exposed networks are recorded by the bridge itself.", "Give --bridge bridge://HOST:PORT.");
    }
}
