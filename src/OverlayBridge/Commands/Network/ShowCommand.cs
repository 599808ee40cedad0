using System.CommandLine;
using OverlayBridge.Reports.Exposures;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Network;

/// <summary><c>network show NAME</c>: one network with what each host must have programmed and has.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("show", "Show one network: its exposure, and for each host the entries it must have and has")
        {
            Examples = [("overlaybridge network show appnet", "Tells which host is not as it should be, and why.")],
            ExitCodes = [(ExitCode.Success, "shown"), (ExitCode.Error, "there is no such network, or the control node does not answer")],
        };
        var name = new Argument<string>("NAME") { Description = "Name or id of a legacy overlay network" };
        command.Add(name);
        var bridge = BridgeOption.AddTo(command);
        command.SetAction((parse, token) => RunAsync(bridge, parse, parse.GetRequiredValue(name), token));
        return command;
    }

    private static async Task<int> RunAsync(BridgeOption bridge, ParseResult parse, string name, CancellationToken token)
    {
        var all = await NetworksReading.ReadAsync(bridge, parse, token).ConfigureAwait(false);
        var found = all with { Networks = [.. all.Networks.Where(network => network.Name == name || network.Id == name)] };
        if (found.Networks.IsEmpty)
            throw new OperatorException(
                $"{all.Source} has no network '{name}'.",
                all.Networks.IsEmpty ? "It holds none at all." : $"Its networks are: {string.Join(", ", all.Networks.Select(network => network.Name ?? network.Id).Take(20))}.",
                "Give one of these names, or an id; a network that was made just now needs a running 'import --follow'.");
        await CommandOutput.Of(parse).WriteReportAsync(new NetworksReport(found, detail: true), token).ConfigureAwait(false);
        return ExitCode.Success;
    }
}
