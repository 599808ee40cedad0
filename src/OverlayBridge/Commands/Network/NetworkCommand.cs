using System.CommandLine;

namespace OverlayBridge.Commands.Network;

/// <summary><c>network</c>: the overlays that legacy hosts and swarm share.</summary>
internal static class NetworkCommand
{
    public static Command Create() => new("network", "Share legacy overlay networks with a swarm, and look at those that are shared")
    {
        ListCommand.Create(),
        ShowCommand.Create(),
        CheckCommand.Create(),
        ExposeCommand.Create(),
        UnexposeCommand.Create(),
    };
}
