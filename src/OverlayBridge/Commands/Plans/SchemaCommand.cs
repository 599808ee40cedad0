using System.CommandLine;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Plans;

/// <summary><c>plan schema</c>: the JSON schema by which editors complete and check plan files.</summary>
internal static class SchemaCommand
{
    private const string Resource = "plan-file.schema.json";

    public static Command Create()
    {
        var command = new DocumentedCommand("schema", "Print the JSON schema of plan files, by which editors complete and check them")
        {
            Examples = [("overlaybridge plan schema --out plan-file.schema.json", "Beside the plan: the first line that 'plan create' writes names it.")],
            ExitCodes = [(ExitCode.Success, "written"), (ExitCode.Error, "it cannot be written")],
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken token)
    {
        using var stream = typeof(SchemaCommand).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        var text = await reader.ReadToEndAsync(token).ConfigureAwait(false);
        await CommandOutput.Of(parse).WriteResultAsync(output => output.Write(text), token).ConfigureAwait(false);
        return ExitCode.Success;
    }
}
