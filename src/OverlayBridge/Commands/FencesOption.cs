using System.Collections.Immutable;
using System.CommandLine;
using OverlayBridge.Reports.Inventories;
using OverlayBridge.Sources;

namespace OverlayBridge.Commands;

/// <summary>
/// <c>--bridge bridge://…</c>: the control node whose exposed networks have set blocks aside in the store, or a dump of all it holds.
/// Without it those blocks look like leaked addresses on the legacy store; a STATE that is a control node itself needs none.
/// </summary>
internal sealed class FencesOption
{
    private const string None = "none";

    private readonly Option<string?> _option = new("--bridge")
    {
        Description = "The control node that exposes networks of this store (bridge://HOST:PORT), or an archive of it, which may be the STATE itself: blocks set aside for swarm are no leaks then; none: there is no such node",
        HelpName = "BRIDGE|FILE",
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
    /// <exception cref="SourceException">The option names neither a control node nor a dump, or it cannot be read.</exception>
    public Task<ImmutableArray<FenceView>> ReadAsync(ParseResult parse, StateArgument state, CancellationToken token) =>
        parse.GetValue(_option) switch
        {
            null => InventoryReading.ReadOwnFencesAsync(parse, state, token),
            None => Task.FromResult(ImmutableArray<FenceView>.Empty),
            var text => InventoryReading.ReadFencesAsync(parse, Recorded(text), token),
        };

    private static StateUri Recorded(string text)
    {
        var uri = StateUri.Parse(text);
        return uri.Scheme is StateScheme.Bridge or StateScheme.File
            ? uri
            : throw new SourceException(
                $"'{uri}' is no control node of overlaybridge.", "Exposed networks are recorded by the bridge itself.",
                "Give --bridge bridge://HOST:PORT, or a dump of all that a control node holds.");
    }
}
