using Microsoft.AspNetCore.Connections;
using OverlayBridge.Hosting;
using OverlayBridge.Serve.Relay;
using OverlayBridge.Terminal;

namespace OverlayBridge.Serve;

/// <summary>What people are told of a control node's start.</summary>
internal static class ControlStart
{
    /// <summary>Tells where it serves.</summary>
    public static void Tell(ServeContext context)
    {
        var output = CommandOutput.Of(context.Parse);
        output.Progress($"Serving on {(context.Access.IsTls ? "https" : "http")}://{context.Http}. Ctrl-C stops.");
        if (RelayRole.Address(context.Parse) is { } relay)
            output.Progress($"Relaying on http://{relay}.");
    }

    /// <summary>The error for people of a start that failed; null for one that nobody knows.</summary>
    public static OperatorException? WhyNot(ServeContext context, Exception error) => error switch
    {
        IOException { InnerException: AddressInUseException } => InUse(context, error),
        System.Net.Sockets.SocketException => NotListening(context, error),
        _ => null,
    };

    private static OperatorException InUse(ServeContext context, Exception error)
    {
        var relay = RelayRole.Address(context.Parse);
        var isRelay = relay is not null && error.Message.Contains($"//{relay}:", StringComparison.Ordinal);
        return new OperatorException(
            $"The {(isRelay ? "relay's" : "HTTP")} address {(isRelay ? relay : context.Http)} is in use.",
            "Another process listens there.",
            $"Stop it, or give another address with {(isRelay ? RelayRole.ListenName : "--http")}.",
            inner: error);
    }

    private static OperatorException NotListening(ServeContext context, Exception error)
    {
        var relay = RelayRole.Address(context.Parse);
        return new OperatorException(
            relay is null ? $"The HTTP address {context.Http} cannot be listened on." : $"The HTTP address {context.Http} or the relay's, {relay}, cannot be listened on.",
            error.Message,
            $"Give an address of this host, and a port that this user may use, with --http{(relay is null ? "" : $" and {RelayRole.ListenName}; 0.0.0.0 listens before the old address has moved here")}.",
            inner: error);
    }
}
