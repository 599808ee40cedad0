using System.CommandLine;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Diff;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.Audits;
using OverlayBridge.Reports.Diffs;
using OverlayBridge.Reports.Pages;
using OverlayBridge.Sources;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary><c>report STATE --out FILE.html</c>: the whole picture as one page.</summary>
internal sealed class ReportCommand
{
    private readonly StateArgument _state;
    private readonly AuditReading _audit;
    private readonly FencesOption _fences;

    private readonly Option<string?> _against = new("--against")
    {
        Description = "Another STATE, such as an earlier dump: the page also shows what has changed since",
        HelpName = "STATE",
    };

    private ReportCommand(Command command)
    {
        _state = StateArgument.AddTo(command);
        command.Add(_against);
        _audit = AuditReading.AddTo(command, _state);
        _fences = FencesOption.AddTo(command);
    }

    public static Command Create()
    {
        var command = new DocumentedCommand(
            "report", "Write the whole picture of a store as one self-contained HTML page: findings, address maps, topology, all tables")
        {
            Examples =
            [
                ("overlaybridge report consul://10.0.0.5:8500 --out overlay.html", "Writes a page that needs no network and no script to be read."),
                ("overlaybridge report today.json --against yesterday.json --out overlay.html", "The same of a dump, with what has changed since another one."),
            ],
            ExitCodes = [(ExitCode.Success, "the page is written, whatever it says"), (ExitCode.Error, "a store cannot be read, or the file not written")],
        };
        command.SetAction(new ReportCommand(command).RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken token)
    {
        var output = CommandOutput.Of(parse);
        if (output.File is null)
            throw new OperatorException("A report needs a file.", "--out FILE is not given.", "Add --out overlay.html.");
        CollectorPause.For(CollectorPause.Whole, _state.Uri(parse));
        var image = await _state.ReadAsync(parse, token).ConfigureAwait(false);
        var fences = await _fences.ReadAsync(parse, _state, token).ConfigureAwait(false);
        var decoded = DecodedImage.Of(image);
        var inventory = Task.Run(() => InventoryReading.Report(parse, decoded, fences), token);
        var audit = await _audit.AuditAsync(parse, decoded, fences, token).ConfigureAwait(false);
        var page = new StorePage(
            await inventory.ConfigureAwait(false), new AuditReport(audit), await AgainstAsync(parse, image, token).ConfigureAwait(false));
        await output.WriteResultAsync(text => page.Write(text, output.Stamp), token).ConfigureAwait(false);
        return ExitCode.Success;
    }

    private async Task<DiffReport?> AgainstAsync(ParseResult parse, StoreImage image, CancellationToken token)
    {
        if (parse.GetValue(_against) is not { } other)
            return null;
        using var source = SourceFactory.Open(StateUri.Parse(other), _state.StoreOptions(parse));
        return new DiffReport(StateDiff.Between(await source.ReadAsync(token).ConfigureAwait(false), image), withKeys: false);
    }
}
