using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using OverlayBridge.Commands.Network;
using OverlayBridge.Reports.Clusters;
using OverlayBridge.Serve;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Cluster;

/// <summary><c>cluster</c>: the control nodes.</summary>
internal static class ClusterCommand
{
    public static Command Create() => new("cluster", "Look at the control nodes, add and remove them, save and restore what they hold")
    {
        Status(),
        Members(),
        Add(),
        Remove(),
        Transfer(),
        SnapshotCommand.Create(),
        RestoreCommand.Create(),
    };

    private static DocumentedCommand Status() => Reading(
        new DocumentedCommand("status", "Ask every control node how it is")
        {
            Examples =
            [
                ("overlaybridge cluster status --store bridge://10.0.0.5:8500,10.0.0.6:8500", "Asks the first node that answers for the members, and then each of them."),
                ("overlaybridge cluster status -o json", "For a monitor; the exit code says whether all is well."),
            ],
            ExitCodes = [(ExitCode.Success, "there is a leader, and every node answers and is ready"), (ExitCode.Error, "a node is away or not ready, there is no leader, or nobody answers")],
        },
        live: true);

    private static DocumentedCommand Members() => Reading(
        new DocumentedCommand("members", "List the control nodes, as one of them knows them")
        {
            Examples = [("overlaybridge cluster members", "One line for each node.")],
            ExitCodes = [(ExitCode.Success, "listed"), (ExitCode.Error, "no control node answers")],
        },
        live: false);

    private static DocumentedCommand Reading(DocumentedCommand command, bool live)
    {
        var bridge = BridgeOption.AddTo(command);
        command.SetAction(async (parse, token) =>
        {
            var document = await ClusterReading.ReadAsync(bridge, parse, live, token).ConfigureAwait(false);
            await CommandOutput.Of(parse).WriteReportAsync(new ClusterReport(document), token).ConfigureAwait(false);
            return document.State is ClusterDocument.Healthy or ClusterDocument.Unknown ? ExitCode.Success : ExitCode.Error;
        });
        return command;
    }

    private static DocumentedCommand Add()
    {
        var command = new DocumentedCommand("add", "Add a control node that was started empty and waits")
        {
            Examples = [("overlaybridge cluster add 10.0.0.8:8300", "Nodes that are started with --join ask for this by themselves.")],
            ExitCodes = [(ExitCode.Success, "it is a member and has caught up"), (ExitCode.Error, "it is not; stderr says why")],
        };
        var address = Raft(command);
        var bridge = BridgeOption.AddTo(command);
        command.SetAction(async (parse, token) =>
        {
            using var client = bridge.ConnectCluster(parse);
            await client.AddAsync($"{parse.GetRequiredValue(address)}", token).ConfigureAwait(false);
            CommandOutput.Of(parse).Progress($"{parse.GetRequiredValue(address)} is a member.");
            return ExitCode.Success;
        });
        return command;
    }

    private static DocumentedCommand Remove()
    {
        var command = new DocumentedCommand("remove", "Remove a control node, dead or alive")
        {
            Examples =
            [
                ("overlaybridge cluster remove 10.0.0.7:8300", "A node that is gone for good; refused if the others would have no majority."),
            ],
            ExitCodes = [(ExitCode.Success, "it is no member any more"), (ExitCode.Error, "it still is; stderr says why")],
        };
        var address = Raft(command);
        var force = new Option<bool>("--force") { Description = "Remove it even if too few of the others can be reached to write anything afterwards" };
        command.Add(force);
        var bridge = BridgeOption.AddTo(command);
        command.SetAction(async (parse, token) =>
        {
            using var client = bridge.ConnectCluster(parse);
            await client.RemoveAsync($"{parse.GetRequiredValue(address)}", parse.GetValue(force), token).ConfigureAwait(false);
            CommandOutput.Of(parse).Progress($"{parse.GetRequiredValue(address)} is no member any more. It is not told: stop it, and empty its data folder before it joins again.");
            return ExitCode.Success;
        });
        return command;
    }

    private static DocumentedCommand Transfer()
    {
        var command = new DocumentedCommand("transfer-leader", "Let another control node lead; writes wait for some seconds")
        {
            Examples = [("overlaybridge cluster transfer-leader --to 10.0.0.6:8300", "Before the leader's host is taken down.")],
            ExitCodes = [(ExitCode.Success, "another node leads, the named one if one was named"), (ExitCode.Error, "stderr says who leads and why")],
        };
        var to = new Option<IPEndPoint?>("--to") { Description = "Raft address of the member that is to lead (default: whichever is elected)", HelpName = "RAFT", CustomParser = Parse };
        command.Add(to);
        var bridge = BridgeOption.AddTo(command);
        command.SetAction(async (parse, token) =>
        {
            using var client = bridge.ConnectCluster(parse);
            await client.TransferAsync(parse.GetValue(to)?.ToString(), token).ConfigureAwait(false);
            var view = await client.ViewAsync(token).ConfigureAwait(false);
            CommandOutput.Of(parse).Progress($"{view.Leader} leads.");
            return ExitCode.Success;
        });
        return command;
    }

    private static Argument<IPEndPoint> Raft(Command command)
    {
        var address = new Argument<IPEndPoint>("RAFT") { Description = "The node's Raft address, HOST:PORT of its --raft", CustomParser = result => Parse(result)! };
        command.Add(address);
        return address;
    }

    private static IPEndPoint? Parse(ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;
        if (ListenAddress.TryParse(text, out var address))
            return address;
        result.AddError($"'{text}' is no Raft address: it must be HOST:PORT with an IP address or 'localhost' as HOST.");
        return null;
    }
}
