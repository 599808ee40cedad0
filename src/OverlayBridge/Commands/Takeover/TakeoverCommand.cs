using System.CommandLine;

namespace OverlayBridge.Commands.Takeover;

/// <summary><c>takeover</c>: the store changes hands, from Consul to this cluster, under running engines.</summary>
internal static class TakeoverCommand
{
    public static Command Create() => new("takeover", "Let this cluster take the place of Consul under running engines")
    {
        PrepareCommand.Create(),
        StatusCommand.Create(),
        CommitCommand.Create(),
        AbortCommand.Create(),
        ReleaseCommand.Create(),
    };
}
