using System.CommandLine;
using System.Runtime.InteropServices;
using OverlayBridge.Hosting;
using OverlayBridge.Terminal;

namespace OverlayBridge.Serve;

/// <summary>Starts the agent as the program of its own that it is where that stands beside this one.</summary>
internal static class AgentStart
{
    /// <summary>Goes on as that program, in this very process, where there is one; returns where there is none.</summary>
    /// <param name="parse">The command line of <c>serve</c>, checked, with defaults from file and environment in it.</param>
    /// <exception cref="OperatorException">There is one, and it does not start.</exception>
    public static void ReplaceProcess(ParseResult parse)
    {
        var program = Path.Combine(AppContext.BaseDirectory, AgentProgram.FileName);
        if (!File.Exists(program) || !ReferenceEquals(CommandOutput.SurroundingsOf(parse).Error, Console.Error))
            return;
        _ = Execute(program, [program, .. AgentProgram.ArgumentsFor(parse), null]);
        throw new OperatorException(
            $"{program} cannot be started.", Marshal.GetLastPInvokeErrorMessage(), "Make it executable, install it anew, or remove it: the agent then runs within overlaybridge.");
    }

    /// <summary>execv(3): returns only when the program cannot be started.</summary>
    [DllImport("libc", EntryPoint = "execv", SetLastError = true, CharSet = CharSet.Ansi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Execute(string path, string?[] arguments);
}
