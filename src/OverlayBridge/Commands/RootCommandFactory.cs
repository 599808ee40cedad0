using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using OverlayBridge.Commands.Cluster;
using OverlayBridge.Commands.Compose;
using OverlayBridge.Commands.Migrate;
using OverlayBridge.Commands.Network;
using OverlayBridge.Commands.Plans;
using OverlayBridge.Commands.Takeover;
using OverlayBridge.Commands.Tokens;
using OverlayBridge.Demo;
using OverlayBridge.Serve;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary>Puts the command line together: every command and the options that all of them take.</summary>
internal static class RootCommandFactory
{
    private const string Description = """
        Moves Docker hosts from the legacy overlay network (Consul, etcd, ZooKeeper) to swarm, one host at a time.

        STATE names a store: consul://, etcd:// or zk://HOST:PORT, bridge://HOST:8500 (a control node), or a dump file.
        """;

    public static RootCommand Create()
    {
        // Not the name of the file that runs: help is the same wherever it is printed.
        var root = new RootCommand(Description) { HelpName = "overlaybridge" };
        foreach (var command in Commands())
            root.Add(command);
        foreach (var option in GlobalOptions.Create())
            root.Add(option);
        root.Options.OfType<HelpOption>().Single().Action = new HelpAction();
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction();
        return root;
    }

    /// <summary>In the order in which help lists them: looking first, then changing, then serving.</summary>
    private static IEnumerable<Command> Commands() =>
    [
        InspectCommand.Create(),
        AuditCommand.Create(),
        ReportCommand.Create(),
        DumpCommand.Create(),
        DiffCommand.Create(),
        HistoryCommand.Create(),
        RepairCommand.Create(),
        ImportCommand.Create(),
        TakeoverCommand.Create(),
        NetworkCommand.Create(),
        ComposeCommand.Create(),
        PlanCommand.Create(),
        MigrateCommand.Create(),
        ServeCommand.Create(),
        ClusterCommand.Create(),
        TokenCommand.Create(),
        DemoCommand.Create(),
    ];

    private sealed class VersionAction : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(ProgramVersion.TextWithCommit);
            return ExitCode.Success;
        }
    }
}
