using System.CommandLine;

namespace OverlayBridge.Commands;

/// <summary>A command whose help goes on where the generated one ends: examples to copy, and the exit codes.</summary>
internal sealed class DocumentedCommand(string name, string description) : Command(name, description)
{
    /// <summary>Command lines as a user types them, each with what it does.</summary>
    public IReadOnlyList<(string CommandLine, string Does)> Examples { get; init; } = [];

    /// <summary>What each exit code of the command says.</summary>
    public IReadOnlyList<(int Code, string Says)> ExitCodes { get; init; } = [];
}
