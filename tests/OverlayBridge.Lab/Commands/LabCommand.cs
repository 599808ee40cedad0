using System.CommandLine;
using System.Net;
using OverlayBridge.Lab.Nodes;

namespace OverlayBridge.Lab.Commands;

/// <summary>overlaybridge-lab install|up|status|exec|down.</summary>
internal static class LabCommand
{
    public const string NameOption = "--name";

    public static RootCommand Create() => new("Real Docker engines, a swarm and a store on this machine, to try OverlayBridge on.")
    {
        Install(), Up(), Status(), Exec(), Down(), Resolve(),
    };

    private static Option<string> Name() => new(NameOption)
    {
        Description = "The lab's name; labs of different names do not disturb each other.",
        DefaultValueFactory = _ => LabOptions.DefaultName,
    };

    private static Command Install()
    {
        var command = new Command("install", "Install what the lab runs on; safe to repeat.");
        command.SetAction((_, cancellationToken) =>
            Processes.Exec.RunAttachedAsync(["bash", Installation.Script], environment: null, cancellationToken));
        return command;
    }

    private static Command Up()
    {
        var name = Name();
        var legacy = new Option<int>("--legacy") { Description = "Hosts with engine 20.10.5 on the store.", DefaultValueFactory = _ => 2 };
        var swarm = new Option<int>("--swarm") { Description = "Hosts with engine 26.1.5, one swarm.", DefaultValueFactory = _ => 2 };
        var consul = new Option<bool>("--consul") { Description = "Start Consul even without legacy hosts." };
        var store = new Option<LabStore?>("--store") { Description = "Which store: consul, etcd or zookeeper; Consul when there are legacy hosts.", HelpName = "consul|etcd|zookeeper" };
        var command = new Command("up", "Bring a lab up and leave it running.") { name, legacy, swarm, consul, store };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new LabOptions
            {
                Name = parsed.GetValue(name)!,
                Legacy = parsed.GetValue(legacy),
                Swarm = parsed.GetValue(swarm),
                Consul = parsed.GetValue(consul),
                Store = parsed.GetValue(store),
            };
            await using var lab = await RunningLab.UpAsync(options, cancellationToken, new StandardErrorProgress()).ConfigureAwait(false);
            await lab.DetachAsync().ConfigureAwait(false);
            return await LabStatus.PrintAsync(lab, Console.Out, cancellationToken).ConfigureAwait(false) ? 0 : 1;
        });
        return command;
    }

    private static Command Status()
    {
        var name = Name();
        var command = new Command("status", "What is up; exit code 1 when a part is not.") { name };
        command.SetAction(async (parsed, cancellationToken) =>
            await LabStatus.PrintAsync(RunningLab.Attach(parsed.GetValue(name)!), Console.Out, cancellationToken).ConfigureAwait(false) ? 0 : 1);
        return command;
    }

    private static Command Exec()
    {
        var name = Name();
        var host = new Argument<string>("HOST") { Description = "h1, h2…, kv or fabric." };
        var words = new Argument<string[]>("COMMAND") { Description = "The command and its arguments.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("exec", "Run a command on a host; docker and docker-compose are those of the host's engine.") { name, host, words };
        command.SetAction((parsed, cancellationToken) =>
            Node(RunningLab.Attach(parsed.GetValue(name)!), parsed.GetValue(host)!)
                .ExecAttachedAsync(parsed.GetValue(words)!, cancellationToken));
        return command;
    }

    private static Command Down()
    {
        var name = Name();
        var command = new Command("down", "Remove a lab, or what a crash left of it.") { name };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var existed = await RunningLab.DownAsync(parsed.GetValue(name)!, cancellationToken).ConfigureAwait(false);
            await Console.Error.WriteLineAsync($"lab {parsed.GetValue(name)} {(existed ? "is down" : "was not there")}").ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>The lab's own name server, which it runs on its fabric.</summary>
    private static Command Resolve()
    {
        var address = new Argument<string>("ADDRESS");
        var command = new Command("resolver") { address };
        command.Hidden = true;
        command.SetAction((parsed, cancellationToken) => Resolver.ServeAsync(IPAddress.Parse(parsed.GetValue(address)!), cancellationToken));
        return command;
    }

    private static LabNode Node(RunningLab lab, string name) => lab.Nodes.TryGetValue(name, out var node) ? node : throw new LabException(
        $"lab {lab.Name} has no host {name}", "the name is not one of its nodes", $"use one of {string.Join(", ", lab.Nodes.Keys)}");

    /// <summary>Progress goes to stderr, in order; stdout carries the result.</summary>
    private sealed class StandardErrorProgress : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(value);
    }
}
