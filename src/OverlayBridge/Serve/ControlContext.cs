using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Serve.Relay;
using OverlayBridge.Terminal;

namespace OverlayBridge.Serve;

/// <summary>The process of a control node, or of an agent within <c>overlaybridge</c>.</summary>
/// <param name="nodes">What this control node and the others know each other by; none without that role.</param>
internal sealed class ControlContext(
    ParseResult parse, IReadOnlySet<string> roles, IPEndPoint? http, ServeAccess access, NodeAccess nodes, ILoggerFactory loggers)
    : ServeContext(parse, roles, http, access, loggers)
{
    /// <summary>What this control node and the others know each other by; none without that role.</summary>
    public NodeAccess Nodes => nodes;

    private IPEndPoint? Relay => RelayRole.Address(Parse);

    public override IEnumerable<string> Started
    {
        get
        {
            if (Http is not null)
                yield return $"Serving on {(Access.IsTls ? "https" : "http")}://{Http}. Ctrl-C stops.";
            if (Relay is { } relay)
                yield return $"Relaying on http://{relay}.";
        }
    }

    public override OperatorException? WhyNotStarted(Exception error) => error switch
    {
        IOException { InnerException: AddressInUseException } when Http is not null => InUse(error),
        System.Net.Sockets.SocketException when Http is not null => NotListening(error),
        _ => null,
    };

    private OperatorException InUse(Exception error)
    {
        var isRelay = Relay is { } relay && error.Message.Contains($"//{relay}:", StringComparison.Ordinal);
        return new OperatorException(
            $"The {(isRelay ? "relay's" : "HTTP")} address {(isRelay ? Relay : Http)} is in use.",
            "Another process listens there.",
            $"Stop it, or give another address with {(isRelay ? RelayRole.ListenName : "--http")}.",
            inner: error);
    }

    private OperatorException NotListening(Exception error) => new(
        Relay is null ? $"The HTTP address {Http} cannot be listened on." : $"The HTTP address {Http} or the relay's, {Relay}, cannot be listened on.",
        error.Message,
        $"Give an address of this host, and a port that this user may use, with --http{(Relay is null ? "" : $" and {RelayRole.ListenName}; 0.0.0.0 listens before the old address has moved here")}.",
        inner: error);
}
