using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;
using OverlayBridge.Compose.Checks;
using OverlayBridge.Compose.Overrides;
using OverlayBridge.Reports.Composes;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Compose;

/// <summary><c>compose override FILE…</c>: the file that is laid over a project's own for the time of the transition.</summary>
internal sealed class OverrideCommand
{
    /// <summary>docker_gwbridge's address on a host with no other bridges than Docker's own.</summary>
    private const string DefaultServer = "172.18.0.1";

    private readonly ProjectOptions _project;

    private readonly Option<string> _dns = new("--dns")
    {
        Description = "Address at which containers reach their host's agent as name server, that of docker_gwbridge, or none",
        HelpName = "IP|none",
        DefaultValueFactory = static _ => DefaultServer,
    };

    private readonly Option<WantedAddress[]> _address = new("--address")
    {
        Description = "A fixed address for a service; with its network's key where it is on several shared ones",
        HelpName = "SERVICE[:NETWORK]=IP",
        CustomParser = ParseAddresses,
        DefaultValueFactory = static _ => [],
    };

    private readonly Option<bool> _keep = new("--keep-addresses") { Description = "Give each service the address that its container has now, as fixed; needs --store" };

    private readonly Option<int> _for = new("--for")
    {
        Description = "The Compose that is to read the override: 2 (docker compose) or 1 (docker-compose 1.x)",
        HelpName = "1|2",
        DefaultValueFactory = static _ => 2,
    };

    private OverrideCommand(Command command)
    {
        _project = ProjectOptions.AddTo(command);
        _dns.Validators.Add(static result =>
        {
            if (result.Tokens is [.., var token] && token.Value != "none" && !IsAddress(token.Value))
                result.AddError($"'{token.Value}' is no IPv4 address, nor 'none'.");
        });
        _for.Validators.Add(static result =>
        {
            if (result.Tokens is [.., var token] && token.Value is not ("1" or "2"))
                result.AddError("--for takes 1 or 2.");
        });
        command.Add(_dns);
        command.Add(_address);
        command.Add(_keep);
        command.Add(_for);
    }

    public static Command Create()
    {
        var command = new DocumentedCommand("override", "Write the override file that a Compose project needs while networks are shared")
        {
            Examples =
            [
                ("overlaybridge compose override docker-compose.yml --out transition.yml", "Then: docker compose -f docker-compose.yml -f transition.yml up -d"),
                ("overlaybridge compose override docker-compose.yml --store bridge://10.0.0.5:8500 --keep-addresses", "Each container keeps the address that it has on the legacy side."),
            ],
            ExitCodes =
            [
                (ExitCode.Success, "written"),
                (ExitCode.Error, "the files or the store cannot be read, or a wanted address cannot be given"),
                (ExitCode.Differences, "written, but 'compose check' finds errors that no override mends; stderr counts them"),
            ],
        };
        command.SetAction(new OverrideCommand(command).RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken token)
    {
        var output = CommandOutput.Of(parse);
        var project = await _project.ReadAsync(parse, token).ConfigureAwait(false);
        if (parse.GetValue(_keep) && project.Store is null)
            throw new OperatorException("--keep-addresses needs a store.", "Which addresses the containers have now stands there.", "Give --store STATE.");
        var server = parse.GetRequiredValue(_dns) is var dns && dns == "none" ? null : IPAddress.Parse(dns);
        var generation = (ComposeGeneration)parse.GetValue(_for);
        var plan = OverridePlanner.Plan(project.Files, project.Facts, new(server, [.. parse.GetRequiredValue(_address)], parse.GetValue(_keep), generation));
        var findings = ComposeCheck.Find(project.Files, project.Facts);
        var yaml = OverrideWriter.Write(plan, generation, project.Names);
        await output.WriteReportAsync(new ComposeReport(project.Document(ComposeDocument.Override, findings, plan.Notes, yaml)), token).ConfigureAwait(false);
        foreach (var note in plan.Notes)
            output.Warning(note);
        var errors = findings.Count(static finding => finding.Rule.Severity == ComposeSeverity.Error);
        if (errors == 0)
            return ExitCode.Success;
        output.Warning($"{errors} {(errors == 1 ? "thing" : "things")} in the files will break all the same: overlaybridge compose check {string.Join(' ', project.Names)}");
        return ExitCode.Differences;
    }

    private static bool IsAddress(string text) =>
        IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork && text.Count(static c => c == '.') == 3;

    private static WantedAddress[] ParseAddresses(ArgumentResult result)
    {
        var wanted = ImmutableArray.CreateBuilder<WantedAddress>();
        foreach (var text in result.Tokens.Select(static token => token.Value))
            if (text.Split('=') is [{ Length: > 0 } place, var address] && IsAddress(address))
                wanted.Add(place.Split(':', 2) is [var service, var network] ? new(service, network, IPAddress.Parse(address)) : new(place, null, IPAddress.Parse(address)));
            else
                result.AddError($"'{text}' is not SERVICE=IP or SERVICE:NETWORK=IP.");
        return [.. wanted];
    }
}
