using System.CommandLine;
using System.Globalization;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Sources.Dumps;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Migrate;

/// <summary><c>migrate retire NAME --archive FILE</c>: the word that lets a run enter its one-way end.</summary>
internal static class RetireCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("retire", "Let the run enter its one-way end: the bridge goes, plain swarm stays")
        {
            Examples =
            [
                ("overlaybridge migrate retire shop --archive shop-store.json.gz", "Archives the store, then lets the run retire the bridge. There is no way back after it."),
            ],
            ExitCodes = [(ExitCode.Success, "archived, and the run goes on to its end"), (ExitCode.Error, "too early, another name, or no archive can be written: stderr says why")],
        };
        var name = new Argument<string>("NAME") { Description = "The plan's name, typed out: this is one-way" };
        var archive = new Option<string>("--archive") { Description = "Where the whole store is archived first, as 'overlaybridge dump' does", HelpName = "FILE", Required = true };
        var force = new Option<bool>("--force") { Description = "Replace FILE if it exists" };
        command.Add(name);
        command.Add(archive);
        command.Add(force);
        var request = RequestCommand.AddTo(command);
        command.SetAction((parse, token) => request.RunAsync(
            parse, requests => requests.Retire(parse.GetRequiredValue(name)), token,
            (client, _) => ArchiveAsync(parse, client, parse.GetRequiredValue(archive), parse.GetValue(force), token)));
        return command;
    }

    /// <summary>Everything, the bridge's own records too: what was done, and when, is then in one file.</summary>
    private static async Task ArchiveAsync(ParseResult parse, IConsulClient client, string file, bool force, CancellationToken token)
    {
        var (output, time) = (CommandOutput.Of(parse), CommandOutput.SurroundingsOf(parse).Time);
        // The client is the command's, and goes on being used: the source is not disposed of, for it would take it along.
        var image = await new BridgeSource(client, "").ReadAsync(token).ConfigureAwait(false);
        await DumpWriter.WriteAsync(image, file, force, time, new TransferLines(output, time), token).ConfigureAwait(false);
        output.Progress(string.Create(CultureInfo.InvariantCulture, $"Wrote {file}: {image.Entries.Length} keys of {image.Source} at index {image.Index}."));
    }
}
