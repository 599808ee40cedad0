using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using OverlayBridge.Commands.Network;
using OverlayBridge.Migration.Takeover;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Takeovers;
using OverlayBridge.Reports.Takeovers;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Takeover;

/// <summary><c>takeover prepare SOURCE</c>: looks whether the cluster can take over, and if so begins to follow.</summary>
internal sealed class PrepareCommand
{
    /// <summary>Engines renew their sessions every 20 s, and Consul lets them live 60: a hold must be over well before.</summary>
    private const int MaxHoldSeconds = 30;

    private const int DefaultHoldSeconds = 15;

    private readonly StateArgument _source;
    private readonly BridgeOption _bridge;
    private readonly Option<string[]> _hosts = new("--hosts")
    {
        Description = "The hosts whose agents take part (default: all with an agent whose engine works on SOURCE)",
        HelpName = "NAME,…",
        CustomParser = static result => [.. result.Tokens.SelectMany(static token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
    };

    private readonly Option<IPEndPoint[]> _addresses = Addresses("--source-address", "Where the engines reach SOURCE, if not at the addresses of its hosts");

    private readonly Option<IPEndPoint[]> _gateways = Addresses("--gateway", "Where hosts reach the control nodes, if not at the addresses that these tell");

    private readonly Option<IPAddress[]> _relayed = new("--relayed")
    {
        Description = "Engines that reach SOURCE through a relay from another address than the one they are registered with; may be repeated",
        HelpName = "IP",
        CustomParser = static result => [.. result.Tokens.Select(token => ParseIp(token, result)).OfType<IPAddress>()],
    };

    private readonly Option<int> _hold = new("--hold")
    {
        Description = $"Give up when the engines would be held for more than SECONDS, at most {MaxHoldSeconds} (default: {DefaultHoldSeconds})",
        HelpName = "SECONDS",
        DefaultValueFactory = static _ => DefaultHoldSeconds,
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Check everything, change nothing" };

    private PrepareCommand(Command command)
    {
        _source = StateArgument.AddTo(command, "SOURCE", "The store that the engines work on: consul://HOST:8500, several hosts with commas");
        _bridge = BridgeOption.AddTo(command);
        _hold.Validators.Add(result =>
        {
            if (result.GetValue(_hold) is < 1 or > MaxHoldSeconds)
                result.AddError($"--hold takes 1 to {MaxHoldSeconds} seconds.");
        });
        foreach (var option in new Option[] { _hosts, _addresses, _gateways, _relayed, _hold, _dryRun })
            command.Add(option);
    }

    public static Command Create()
    {
        var command = new DocumentedCommand("prepare", "Check whether this cluster can take over from a store, and begin to follow it")
        {
            Examples =
            [
                ("overlaybridge takeover prepare consul://10.0.0.5:8500 --dry-run", "Checks everything and changes nothing."),
                ("overlaybridge takeover prepare consul://10.0.0.5:8500 --store bridge://10.0.0.7:8500", "From then on the cluster follows Consul; engines notice nothing."),
            ],
            ExitCodes =
            [
                (ExitCode.Success, "prepared, or with --dry-run: can be prepared"),
                (ExitCode.Error, "a check stands against it, and nothing was changed; or a store does not answer"),
            ],
        };
        var prepare = new PrepareCommand(command);
        command.SetAction(prepare.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken token)
    {
        var (output, dryRun) = (CommandOutput.Of(parse), parse.GetValue(_dryRun));
        using var opened = _source.Open(parse);
        if (opened is not ConsulSource source)
            throw new OperatorException(
                $"{opened.Name} cannot be taken over.", "Engines speak Consul's API to this cluster: only a Consul can be replaced without touching them.",
                "Give consul://HOST:8500; from etcd or ZooKeeper keys can be imported ('overlaybridge import').");
        using var bridge = _bridge.Connect(parse);
        using var cluster = _bridge.ConnectCluster(parse);
        var reading = new PrepareReading(source, _source.Uri(parse), bridge, cluster, parse)
        {
            SourceAddresses = [.. parse.GetValue(_addresses) ?? []],
            Gateways = [.. parse.GetValue(_gateways) ?? []],
            Hosts = [.. parse.GetValue(_hosts) ?? []],
            SourceIsTls = SourceFactory.IsTls(_source.Uri(parse), _source.StoreOptions(parse)),
            Relayed = [.. parse.GetValue(_relayed) ?? []],
            HasToken = _source.StoreOptions(parse) is var options && (options.Token ?? options.SecretFile ?? options.Environment("CONSUL_HTTP_TOKEN")) is not null,
        };
        var (facts, index) = await reading.ReadAsync(token).ConfigureAwait(false);
        var plan = PrepareChecks.Of(facts);
        if (plan.IsPossible && !dryRun)
            await CarryOutAsync(parse, bridge, facts, plan, index, token).ConfigureAwait(false);
        await output.WriteReportAsync(new PrepareReport(PrepareDocument.Of(facts, plan, done: !dryRun)), token).ConfigureAwait(false);
        return plan.IsPossible ? ExitCode.Success : ExitCode.Error;
    }

    private async Task CarryOutAsync(
        ParseResult parse, IConsulClient bridge, PrepareFacts facts, PreparePlan plan, ulong index, CancellationToken token)
    {
        await bridge.SetStandbyAsync(facts.Prefix, facts.Source, token).ConfigureAwait(false);
        var record = new TakeoverRecord(
            Guid.NewGuid().ToString("N"), facts.Source, facts.Prefix, facts.SourceAddresses, [.. facts.Nodes.Select(static node => node.Address)],
            plan.Hosts, [.. facts.Relays.Select(static relay => relay.Record.Name)], TakeoverPhase.Prepared, facts.Now, new TakeoverLimits(parse.GetValue(_hold)),
            $"{Environment.UserName}@{Environment.MachineName}", "");
        if (!await new TakeoverRecords(bridge).MoveAsync(record, index, token).ConfigureAwait(false))
            throw new OperatorException(
                "The takeover was not prepared.", "Somebody else prepared one just now.", "Look at 'overlaybridge takeover status'.");
    }

    private static Option<IPEndPoint[]> Addresses(string name, string description) => new(name)
    {
        Description = $"{description}; may be repeated",
        HelpName = "IP:PORT",
        CustomParser = result => [.. result.Tokens.Select(token => Parse(token, name, result)).OfType<IPEndPoint>()],
    };

    private static IPAddress? ParseIp(Token token, ArgumentResult result)
    {
        if (IPAddress.TryParse(token.Value, out var address))
            return address;
        result.AddError($"'{token.Value}' is no address for --relayed: give an IP address.");
        return null;
    }

    private static IPEndPoint? Parse(Token token, string name, ArgumentResult result)
    {
        if (IPEndPoint.TryParse(token.Value, out var address) && address.Port > 0)
            return address;
        result.AddError($"'{token.Value}' is no address for {name}: give IP:PORT.");
        return null;
    }
}
