using OverlayBridge.Commands;
using OverlayBridge.Terminal;

namespace OverlayBridge.Tests;

/// <summary>What one run of the command line left behind.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error);

/// <summary>Runs <c>overlaybridge</c> inside the test, with its own streams and environment.</summary>
internal static class CommandRun
{
    public static Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(new Surroundings(), arguments);

    /// <param name="surroundings">Its streams are replaced; the rest is as given.</param>
    public static async Task<CommandResult> RunAsync(Surroundings surroundings, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        surroundings.Output = output;
        surroundings.Error = error;
        var code = await CommandLineApplication.RunAsync(
            arguments, surroundings, () => ExitCode.Interrupted, TestContext.Current.CancellationToken);
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Surroundings with these environment variables and no others.</summary>
    public static Surroundings With(params (string Name, string Value)[] variables) =>
        new() { Variables = variables.ToDictionary(variable => variable.Name, variable => variable.Value) };
}
