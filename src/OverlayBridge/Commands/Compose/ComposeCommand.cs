using System.CommandLine;

namespace OverlayBridge.Commands.Compose;

/// <summary><c>compose</c>: Compose projects in the transition.</summary>
internal static class ComposeCommand
{
    public static Command Create() => new("compose", "Make Compose projects ready for shared networks, and see what would break")
    {
        CheckCommand.Create(),
        OverrideCommand.Create(),
    };
}
