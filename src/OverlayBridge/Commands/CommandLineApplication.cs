using System.CommandLine;
using OverlayBridge.Commands.Plans;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary>One run of <c>overlaybridge</c>: arguments in, text on two streams and an exit code out.</summary>
internal static class CommandLineApplication
{
    /// <param name="interruptedCode">Asked after cancellation: the exit code for the signal that caused it.</param>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, Surroundings surroundings, Func<int> interruptedCode, CancellationToken token)
    {
        try
        {
            return await InvokeAsync(arguments, surroundings, token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            return ErrorPrinter.Print(surroundings.Error, exception, token.IsCancellationRequested ? interruptedCode() : null, KnownErrors.Of);
        }
    }

    /// <summary>The same, but errors reach the caller.</summary>
    /// <exception cref="OperatorException">The command line is wrong, or the command failed.</exception>
    /// <exception cref="Sources.SourceException">A store cannot be read or written.</exception>
    public static Task<int> InvokeAsync(IReadOnlyList<string> arguments, Surroundings surroundings, CancellationToken token)
    {
        // '@file' would otherwise be read as a file of arguments; a STATE or a name may begin with '@'.
        var parsing = new ParserConfiguration { ResponseFileTokenReplacer = null };
        var parse = OptionDefaults.Apply(RootCommandFactory.Create(), OutFileArguments.Apply(arguments), surroundings, parsing);
        return parse.Errors.Count > 0 ? throw UsageError.From(parse) : parse.InvokeAsync(surroundings, token);
    }
}
