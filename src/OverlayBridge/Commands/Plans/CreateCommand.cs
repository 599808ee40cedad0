using System.CommandLine;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Plans.Making;
using OverlayBridge.Plans;
using OverlayBridge.Reports.Plans;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Plans;

/// <summary><c>plan create STATE</c>: a plan file from the store and from what runs on the hosts.</summary>
internal sealed class CreateCommand
{
    /// <summary>Where the first line of a plan file has editors look for the schema.</summary>
    public const string Schema = "plan-file.schema.json";

    private readonly WorldReading _world;
    private readonly ConstraintOptions _constraints;
    private readonly DowntimeOption _downtime;

    private readonly Option<string> _name = new("--name") { Description = "The plan's name (default: cutover)", HelpName = "NAME", DefaultValueFactory = static _ => "cutover" };
    private readonly Option<string?> _manager = new("--manager") { Description = "The host, as its agent is called, of the swarm manager at which networks are exposed", HelpName = "HOST" };

    private readonly Option<Allowance> _maxUnavailable = new("--max-unavailable")
    {
        Description = "How many replicas of a set may be away at once, or which share of them (default: 1)",
        HelpName = "N|%",
        CustomParser = PlanForms.Allowance,
        DefaultValueFactory = static _ => new(1, null),
    };

    private readonly Option<(string Pattern, Allowance Allowance)[]> _allow = new("--allow")
    {
        Description = "How many of one set may be away at once; * in its name stands for any letters; the first that fits counts",
        HelpName = "SET=N|%",
        CustomParser = PlanForms.Allowances,
        DefaultValueFactory = static _ => [],
    };

    private readonly Option<int> _parallel = new("--parallel") { Description = "How many hosts of a stage are worked on at once (default: 1)", HelpName = "N", DefaultValueFactory = static _ => 1 };

    private readonly Option<HostStrategy> _strategy = new("--strategy")
    {
        Description = "convert-host: in place, containers keep id, address and MAC address (default); move-container: each is made anew on a swarm host",
        HelpName = "convert-host|move-container",
        CustomParser = PlanForms.Strategy,
    };

    private readonly Option<string?> _upgradeTo = new("--upgrade-to") { Description = "Exchange the engines for this version, in the stop in which a host goes over", HelpName = "VERSION" };
    private readonly Option<bool> _afterwards = new("--upgrade-afterwards") { Description = "Exchange them in a stop of their own, once the host went over" };

    private readonly Option<MaintenanceWindow?> _window = new("--window")
    {
        Description = "Hours in UTC in which steps may begin, on all days or on some: '22:00-04:00', 'sat,sun 22:00-04:00'",
        HelpName = "WINDOW",
        CustomParser = PlanForms.Window,
    };

    private readonly Option<string[]> _networks = new("--network") { Description = "Take over this legacy network though no container is on it; repeat it for further ones", HelpName = "NAME", DefaultValueFactory = static _ => [] };
    private readonly Option<Uri[]> _webhooks = new("--webhook") { Description = "Tell this address of every event of the run", HelpName = "URL", CustomParser = PlanForms.Webhooks, DefaultValueFactory = static _ => [] };

    private CreateCommand(Command command)
    {
        _world = WorldReading.AddTo(command);
        _parallel.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--parallel takes a number of hosts from 1.");
        });
        foreach (var option in (Option[])[_name, _manager, _maxUnavailable, _allow, _parallel, _strategy, _upgradeTo, _afterwards, _window])
            command.Add(option);
        _constraints = ConstraintOptions.AddTo(command);
        command.Add(_networks);
        command.Add(_webhooks);
        _downtime = DowntimeOption.AddTo(command);
    }

    public static Command Create()
    {
        var command = new DocumentedCommand("create", "Make a plan file: all legacy hosts, in as few stages as can be, none of which takes too many replicas of a service away")
        {
            Examples =
            [
                ("overlaybridge plan create bridge://10.0.0.5:8500 --canary h3 -o plan.yaml", "From what the agents tell; then read it, edit it, and 'plan validate' it."),
                ("overlaybridge plan create consul://10.0.0.5:8500 --engine tcp://h1:2375 -o plan.yaml", "From the store and the engines themselves."),
            ],
            ExitCodes = [(ExitCode.Success, "made"), (ExitCode.Error, "the world cannot be read, or no plan can keep what is demanded; stderr says what")],
        };
        command.SetAction(new CreateCommand(command).RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken token)
    {
        var output = CommandOutput.Of(parse);
        var world = await _world.ReadAsync(parse, token).ConfigureAwait(false);
        output.Progress($"Planning {world.LegacyHosts.Count()} legacy hosts.");
        var making = PlanMaker.Make(world, Request(parse), token);
        if (making is not { Plan: { } plan, Staging: { } staging, Refusals.IsEmpty: true })
            throw Refused(making, output);
        foreach (var remark in making.Remarks)
            output.Progress(remark);
        if (output.Format == OutputFormat.Table)
            await output.WriteResultAsync(text => text.Write(PlanWriter.Write(plan, making.Remarks, Schema)), token).ConfigureAwait(false);
        else
            await output.WriteReportAsync(new PlanReport(PlanDocument.Of(plan, null, _downtime.Figures(parse), staging.LowerBound)), token).ConfigureAwait(false);
        return ExitCode.Success;
    }

    private PlanRequest Request(ParseResult parse) => new(parse.GetRequiredValue(_name), parse.GetValue(_manager), CommandOutput.SurroundingsOf(parse).Time.GetUtcNow())
    {
        Limits = new(parse.GetValue(_maxUnavailable), parse.GetValue(_parallel)),
        Allowances = [.. parse.GetValue(_allow) ?? []],
        Strategy = parse.GetValue(_strategy),
        UpgradeTo = parse.GetValue(_upgradeTo),
        Upgrade = parse.GetValue(_afterwards) ? UpgradeTime.Afterwards : UpgradeTime.WithConversion,
        Constraints = _constraints.Read(parse),
        Window = parse.GetValue(_window),
        Networks = [.. parse.GetValue(_networks) ?? []],
        Webhooks = [.. parse.GetValue(_webhooks) ?? []],
    };

    // The first reason is the error, the others are told before it: all of them have to go before there is a plan.
    private static OperatorException Refused(PlanMaking making, CommandOutput output)
    {
        foreach (var reason in making.Refusals.Skip(1))
            output.Warning($"{reason.Message} {reason.Cause} {reason.Remedy}");
        var first = making.Refusals[0];
        return new(making.Refusals.Length == 1 ? first.Message : $"{first.Message} And {making.Refusals.Length - 1} more, above.", first.Cause, first.Remedy);
    }
}
