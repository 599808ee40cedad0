using System.CommandLine;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary><c>report STATE --out FILE.html</c>: the whole picture as one page.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "report", "Write the whole picture of a store as one self-contained HTML page: address maps, topology, all tables")
        {
            Examples =
            [
                ("overlaybridge report consul://10.0.0.5:8500 --out overlay.html", "Writes a page that needs no network and no script to be read."),
            ],
            ExitCodes = [(ExitCode.Success, "the page is written"), (ExitCode.Error, "the store cannot be read, or the file not written")],
        };
        var state = StateArgument.AddTo(command);
        command.SetAction(async (parse, token) =>
        {
            var output = CommandOutput.Of(parse);
            if (output.File is null)
                throw new OperatorException("A report needs a file.", "--out FILE is not given.", "Add --out overlay.html.");
            var report = await InventoryReading.ReadAsync(parse, state, token).ConfigureAwait(false);
            await output.WriteResultAsync(page => report.WriteHtml(page, output.Stamp), token).ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }
}
