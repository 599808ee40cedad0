using System.CommandLine;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Commands.Network;

/// <summary><c>--store bridge://…</c>: the control node that a command speaks to.</summary>
internal sealed class BridgeOption
{
    private const string Default = "bridge://127.0.0.1:8500";

    private readonly Option<string> _option = new("--store", "--to")
    {
        Description = $"The control node (default: {Default})",
        HelpName = "bridge://HOST:PORT",
        DefaultValueFactory = _ => Default,
    };

    public static BridgeOption AddTo(Command command)
    {
        var bridge = new BridgeOption();
        command.Add(bridge._option);
        BridgeAccess.AddTo(command, alone: command.Options.All(static option => option.Name != AccessOptions.TlsName));
        return bridge;
    }

    /// <exception cref="SourceException">The option names no store.</exception>
    public StateUri Uri(ParseResult parse)
    {
        var uri = StateUri.Parse(parse.GetRequiredValue(_option));
        return uri.Scheme == StateScheme.Bridge
            ? uri
            : throw new SourceException(
                $"'{uri}' is no control node of overlaybridge.", "What the command needs is kept by the bridge itself.",
                "Give --store bridge://HOST:PORT.");
    }

    public IConsulClient Connect(ParseResult parse) => SourceFactory.Connect(Uri(parse), StateArgument.Options(parse));

    /// <summary>The control nodes themselves.</summary>
    public ClusterClient ConnectCluster(ParseResult parse) => SourceFactory.ConnectCluster(Uri(parse), StateArgument.Options(parse));

    /// <summary>What they remember of changes.</summary>
    public HistoryClient ConnectHistory(ParseResult parse) => SourceFactory.ConnectHistory(Uri(parse), StateArgument.Options(parse));

    /// <summary>The legacy state that the cluster holds.</summary>
    public IStateSource Open(ParseResult parse) => SourceFactory.Open(Uri(parse), StateArgument.Options(parse));
}
