using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary>The generated help, then the examples and exit codes of a <see cref="DocumentedCommand"/>.</summary>
internal sealed class HelpAction : SynchronousCommandLineAction
{
    private const int WidthMax = 100;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var surroundings = CommandOutput.SurroundingsOf(parseResult);
        var generated = new System.CommandLine.Help.HelpAction { MaxWidth = Math.Min(surroundings.Width, WidthMax) };
        generated.Invoke(parseResult);
        if (parseResult.CommandResult.Command is DocumentedCommand documented)
            WriteNotes(surroundings.Output, documented);
        return ExitCode.Success;
    }

    private static void WriteNotes(TextWriter output, DocumentedCommand command)
    {
        if (command.Examples.Count > 0)
            output.WriteLine("Examples:");
        foreach (var (line, does) in command.Examples)
            output.WriteLine($"  {line}\n      {does}");
        if (command.Examples.Count > 0)
            output.WriteLine();
        if (command.ExitCodes.Count > 0)
            output.WriteLine("Exit codes:");
        foreach (var (code, says) in command.ExitCodes)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {code,-4} {says}"));
        if (command.ExitCodes.Count > 0)
            output.WriteLine();
    }
}
