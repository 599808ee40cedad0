using System.CommandLine;
using OverlayBridge.Engines;
using OverlayBridge.Engines.Docker;
using OverlayBridge.Migration.Expose;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Network;

/// <summary>The options that expose and unexpose share, and what they open: bridge, legacy store, swarm manager.</summary>
internal sealed class ExposureTools
{
    private readonly BridgeOption _bridge;
    private readonly Option<string?> _source;
    private readonly Option<string?> _engine;
    private readonly Option<int> _wait;

    private ExposureTools(Command command)
    {
        _bridge = BridgeOption.AddTo(command);
        _source = new("--source")
        {
            Description = "The store that the legacy engines work on (default: the one that 'import --follow' follows)",
            HelpName = "STATE",
        };
        _engine = new("--engine")
        {
            Description = "The Docker engine of a swarm manager (default: DOCKER_HOST, or unix:///var/run/docker.sock)",
            HelpName = "URI",
        };
        _wait = new("--wait")
        {
            Description = "How many seconds to wait for the agents at the end (default: 30)",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 30,
        };
        _wait.Validators.Add(result =>
        {
            if (result.GetValue(_wait) is < 0 or > 3600)
                result.AddError("--wait takes 0 to 3600 seconds.");
        });
        command.Add(_source);
        command.Add(_engine);
        command.Add(_wait);
    }

    public static ExposureTools AddTo(Command command) => new(command);

    public TimeSpan Wait(ParseResult parse) => TimeSpan.FromSeconds(parse.GetValue(_wait));

    /// <summary>Opens all three for the time of one piece of work.</summary>
    public async Task<T> UseAsync<T>(
        ParseResult parse, Func<IConsulClient, IStateSource, IConsulClient, IEngine, Task<T>> work, CancellationToken token)
    {
        using var bridge = _bridge.Connect(parse);
        var options = StateArgument.Options(parse);
        var uri = await SourceAsync(parse, bridge, token).ConfigureAwait(false);
        using var legacy = SourceFactory.Open(uri, options);
        using var source = SourceFactory.Connect(uri, options);
        using var engine = new DockerEngine(EngineUri(parse));
        return await work(bridge, legacy, source, engine).ConfigureAwait(false);
    }

    private async Task<StateUri> SourceAsync(ParseResult parse, IConsulClient bridge, CancellationToken token)
    {
        if (parse.GetValue(_source) is { } given)
            return StateUri.Parse(given);
        var followed = await new BridgeRecordsReader(bridge).SourcesAsync(token).ConfigureAwait(false);
        return followed switch
        {
            [var one] => StateUri.Parse(one.Record.Source),
            [] => throw new OperatorException(
                "Which store do the legacy engines work on?", "The bridge follows none, so it cannot tell.",
                "Start 'overlaybridge import STATE --follow', or give --source STATE."),
            _ => throw new OperatorException(
                "Which store do the legacy engines work on?",
                $"The bridge follows several: {string.Join(", ", followed.Select(source => source.Record.Source))}.", "Give --source STATE."),
        };
    }

    private Uri EngineUri(ParseResult parse)
    {
        var text = parse.GetValue(_engine) ?? CommandOutput.SurroundingsOf(parse).Variable("DOCKER_HOST") ?? "unix:///var/run/docker.sock";
        return Uri.TryCreate(text, UriKind.Absolute, out var uri)
            ? uri
            : throw new OperatorException(
                $"'{text}' names no Docker engine.", "It is no URI.", "Give unix:///var/run/docker.sock or tcp://HOST:2375.");
    }
}
