using System.Globalization;
using OverlayBridge.Reports.Text;
using OverlayBridge.Sources;

namespace OverlayBridge.Terminal;

/// <summary>Turns whatever ended a command into lines on stderr and an exit code.</summary>
public static class ErrorPrinter
{
    /// <summary>Prints an error and answers the exit code for it.</summary>
    /// <param name="error">Gets the lines.</param>
    /// <param name="exception">What ended the command.</param>
    /// <param name="interruptedCode">The exit code for the signal that stopped the command; null when none did.</param>
    /// <param name="known">The error for people that another exception of this program's parts is; null for one that is a defect.</param>
    public static int Print(TextWriter error, Exception exception, int? interruptedCode, Func<Exception, OperatorException?>? known = null)
    {
        switch (known?.Invoke(exception) ?? exception)
        {
            case OperatorException operatorError:
                WriteLines(error, operatorError.Message, operatorError.Why, operatorError.Remedy);
                return operatorError.ExitCode;
            case SourceException source:
                WriteLines(error, source.Message, source.Cause, source.Remedy);
                return ExitCode.Error;
            // Anything else that was cancelled is a time limit nobody translated: a defect, not a wish.
            case OperationCanceledException when interruptedCode is { } code:
                error.WriteLine("Stopped.");
                return code;
            default:
                WriteDefect(error, exception);
                return ExitCode.Error;
        }
    }

    private static void WriteLines(TextWriter error, string what, string why, string remedy) => error.Write(
        string.Create(CultureInfo.InvariantCulture, $"""
            error: {OneLine(what)}
            why:   {OneLine(why)}
            fix:   {OneLine(remedy)}

            """));

    // A defect of ours: whoever mends it needs the trace, so it is shown, below lines that say what it is.
    private static void WriteDefect(TextWriter error, Exception exception)
    {
        WriteLines(
            error,
            $"Internal error: {exception.GetType().Name}: {exception.Message}",
            "This is a defect of overlaybridge, not of your input.",
            "Report it with the command line and the lines below.");
        error.WriteLine(exception.StackTrace);
    }

    // Messages quote keys and names from the store: a newline or an escape sequence in them stays visible text.
    private static string OneLine(string text) => ControlCharacters.Escape(text.ReplaceLineEndings(" ").Trim());
}
