using System.CommandLine;
using OverlayBridge.Migration.Expose;
using OverlayBridge.Overlay.Exposures;
using OverlayBridge.Reports.Exposures;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Network;

/// <summary><c>network expose NAME</c>: a legacy overlay becomes an attachable swarm network too.</summary>
internal static class ExposeCommand
{
    private const string NamesHint =
        "Containers resolve names of the other side by their host's agent, at the address of docker_gwbridge (172.18.0.1 on most hosts): 'overlaybridge compose override FILE' " +
        "writes it into Compose projects, --dns gives it to a container or service, \"dns\" in daemon.json to all of a host.";

    public static Command Create()
    {
        var command = new DocumentedCommand("expose", "Share a legacy overlay with the swarm: same name, same subnet, same layer 2")
        {
            Examples =
            [
                ("overlaybridge network expose appnet --dry-run", "Shows every change and the addresses before and after, makes none."),
                ("overlaybridge network expose appnet --engine tcp://manager:2375", "Exposes it through that manager."),
                ("overlaybridge network expose appnet --grow 27", "Sets a further block aside for containers with fixed addresses, when swarm's is full."),
            ],
            ExitCodes =
            [
                (ExitCode.Success, "it is exposed, or was already; with --dry-run: nothing is to be changed"),
                (ExitCode.Differences, "with --dry-run: something would be changed"),
                (ExitCode.Error, "it cannot be exposed, or a step failed: stderr says why; run again to go on"),
            ],
        };
        var name = new Argument<string>("NAME") { Description = "Name or id of a legacy overlay network" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be changed, change nothing" };
        var fence = new Option<int?>("--fence")
        {
            Description = "Prefix length of the block of addresses for swarm, e.g. 26 (default: the largest free one up to half the pool)",
            HelpName = "LENGTH",
        };
        command.Add(name);
        command.Add(dryRun);
        command.Add(fence);
        var grow = new Option<int?>("--grow")
        {
            Description = "On an exposed network: set a further block of this prefix length aside, for fixed addresses on the swarm side",
            HelpName = "LENGTH",
        };
        var subnet = new Option<string?>("--subnet") { Description = "With --grow: the subnet to take it from, where the network has several", HelpName = "CIDR" };
        command.Add(grow);
        command.Add(subnet);
        command.Validators.Add(result =>
        {
            if (result.GetValue(grow) is not null && result.GetValue(fence) is not null)
                result.AddError("--grow and --fence exclude each other: the range that swarm gives out is set when the network is exposed.");
            if (result.GetValue(grow) is null && result.GetValue(subnet) is not null)
                result.AddError("--subnet goes with --grow: all subnets of a network are exposed.");
        });
        var tools = ExposureTools.AddTo(command);
        command.SetAction((parse, token) => parse.GetValue(grow) is { } length
            ? GrowAsync(parse, tools, new(parse.GetRequiredValue(name), length, parse.GetValue(subnet)), parse.GetValue(dryRun), token)
            : RunAsync(parse, tools, new(parse.GetRequiredValue(name), parse.GetValue(fence)), parse.GetValue(dryRun), token));
        return command;
    }

    private static async Task<int> GrowAsync(ParseResult parse, ExposureTools tools, GrowRequest request, bool dryRun, CancellationToken token)
    {
        var output = CommandOutput.Of(parse);
        var decision = await tools.UseAsync(
            parse,
            async (bridge, legacy, source, _) =>
            {
                var grower = new Grower(bridge, legacy, source);
                return dryRun
                    ? await grower.PlanAsync(request, token).ConfigureAwait(false)
                    : await grower.GrowAsync(request, new ProgressLines(output), token).ConfigureAwait(false);
            },
            token).ConfigureAwait(false);
        var document = decision switch
        {
            GrowDecision.Planned { Plan: var plan } => ExposureDocument.Of(plan, done: !dryRun),
            GrowDecision.Refused { Reasons: var reasons } => throw Refusal(reasons),
            _ => throw new InvalidOperationException("a further block is planned or refused"),
        };
        await output.WriteReportAsync(new ExposureReport(document), token).ConfigureAwait(false);
        return dryRun ? ExitCode.Differences : ExitCode.Success;
    }

    private static async Task<int> RunAsync(ParseResult parse, ExposureTools tools, ExposeRequest request, bool dryRun, CancellationToken token)
    {
        var output = CommandOutput.Of(parse);
        var outcome = await tools.UseAsync(
            parse,
            async (bridge, legacy, source, engine) =>
            {
                var exposer = new Exposer(bridge, legacy, source, engine, CommandOutput.SurroundingsOf(parse).Time);
                return dryRun
                    ? new ExposeOutcome(await exposer.PlanAsync(request, token).ConfigureAwait(false), [])
                    : await exposer.ExposeAsync(request, tools.Wait(parse), new ProgressLines(output), token).ConfigureAwait(false);
            },
            token).ConfigureAwait(false);
        var document = outcome.Decision switch
        {
            ExposeDecision.Planned { Plan: var plan } => ExposureDocument.Of(plan, done: !dryRun, outcome.Open),
            ExposeDecision.AlreadyExposed { Exposure: var exposure } => ExposureDocument.Of(exposure),
            ExposeDecision.Refused { Reasons: var reasons } => throw Refusal(reasons),
            _ => throw new InvalidOperationException("an expose is planned, done already, or refused"),
        };
        await output.WriteReportAsync(new ExposureReport(document), token).ConfigureAwait(false);
        output.Progress(NamesHint);
        return document.State == ExposureDocument.Planned ? ExitCode.Differences : ExitCode.Success;
    }

    private static OperatorException Refusal(IReadOnlyList<ExposeRefusal> reasons) => new(
        string.Join(' ', reasons.Select(reason => reason.What)),
        string.Join(' ', reasons.Select(reason => reason.Why)),
        string.Join(' ', reasons.Select(reason => reason.Remedy)));
}
