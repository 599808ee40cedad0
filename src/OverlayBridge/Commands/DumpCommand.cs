using System.CommandLine;
using System.Globalization;
using OverlayBridge.Sources.Dumps;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary><c>dump STATE --out FILE</c>: a complete copy, from which every other command works as from the store itself.</summary>
internal static class DumpCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("dump", "Write a complete copy of a store: keys, values, indexes, flags and sessions")
        {
            Examples =
            [
                ("overlaybridge dump consul://10.0.0.5:8500 --out monday.json.gz", "Copies the store into a file, packed because of its name."),
                ("overlaybridge diff monday.json.gz consul://10.0.0.5:8500", "Shows later what has changed since."),
            ],
            ExitCodes = [(ExitCode.Success, "the file is complete"), (ExitCode.Error, "there is no file; stderr says why")],
        };
        var state = StateArgument.AddTo(command);
        var force = new Option<bool>("--force") { Description = "Replace FILE if it exists" };
        command.Add(force);
        command.SetAction((parse, token) => RunAsync(parse, state, parse.GetValue(force), token));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, StateArgument state, bool force, CancellationToken token)
    {
        var output = CommandOutput.Of(parse);
        var file = output.File ?? throw new OperatorException(
            "A dump needs a file.", "--out FILE is not given.", "Add --out store.json, or --out store.json.gz for a packed one.");
        var image = await state.ReadAsync(parse, token).ConfigureAwait(false);
        var time = CommandOutput.SurroundingsOf(parse).Time;
        await DumpWriter.WriteAsync(image, file, force, time, new TransferLines(output, time), token).ConfigureAwait(false);
        output.Progress(string.Create(
            CultureInfo.InvariantCulture, $"Wrote {file}: {image.Entries.Length} keys of {image.Source} at index {image.Index}."));
        return ExitCode.Success;
    }
}
