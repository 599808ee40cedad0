using System.Globalization;
using OverlayBridge.Compose;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Expose;
using OverlayBridge.Migration.Repairs;
using OverlayBridge.Plans;
using OverlayBridge.Reports.Text;
using OverlayBridge.Sources;

namespace OverlayBridge.Terminal;

/// <summary>Turns whatever ended a command into lines on stderr and an exit code.</summary>
internal static class ErrorPrinter
{
    /// <summary>Prints an error and answers the exit code for it.</summary>
    /// <param name="interruptedCode">The exit code for the signal that stopped the command; null when none did.</param>
    public static int Print(TextWriter error, Exception exception, int? interruptedCode)
    {
        switch (exception)
        {
            case OperatorException operatorError:
                WriteLines(error, operatorError.Message, operatorError.Why, operatorError.Remedy);
                return operatorError.ExitCode;
            case SourceException source:
                WriteLines(error, source.Message, source.Cause, source.Remedy);
                return ExitCode.Error;
            case ComposeException compose:
                WriteLines(error, compose.Message, compose.Why, compose.Remedy);
                return ExitCode.Error;
            case PlanFileException plan:
                WriteLines(error, plan.Message, plan.Cause, plan.Remedy);
                return ExitCode.Error;
            case ExposeException expose:
                WriteLines(error, expose.Message, expose.Cause, expose.Remedy);
                return ExitCode.Error;
            case RepairException repair:
                WriteLines(error, repair.Message, repair.Cause, repair.Remedy);
                return ExitCode.Error;
            case EngineException engine:
                WriteLines(error, engine.Message, engine.Cause, engine.Remedy);
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
