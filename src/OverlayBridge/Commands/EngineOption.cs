using System.Collections.Immutable;
using System.CommandLine;
using OverlayBridge.Engines;
using OverlayBridge.Engines.Facts;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Plans.Worlds;
using OverlayBridge.Overlay.Retirement;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary>The options that name engines to be asked what runs on them.</summary>
internal sealed class EngineOption
{
    private readonly Option<string[]> _engines = new("--engine")
    {
        Description = "Ask this Docker engine what runs on it, unix:///PATH or tcp://HOST:2375; repeat it for every host",
        HelpName = "URI",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _certificates = new("--engine-certs")
    {
        Description = "Speak TLS to tcp:// engines, with ca.pem, cert.pem and key.pem of this folder (also: DOCKER_CERT_PATH, DOCKER_TLS_VERIFY)",
        HelpName = "FOLDER",
    };

    public static EngineOption AddTo(Command command)
    {
        var option = new EngineOption();
        command.Add(option._engines);
        command.Add(option._certificates);
        return option;
    }

    /// <summary>Asks every engine that was named what is left of the bridge there.</summary>
    /// <exception cref="EngineException">One cannot be asked.</exception>
    public async Task<ImmutableArray<RetiredEngine>> ReadRetiredAsync(ParseResult parse, CancellationToken token)
    {
        var surroundings = CommandOutput.SurroundingsOf(parse);
        return await new RetiredEngineReader(
            parse.GetValue(_engines) ?? [], EngineFactsOptions.Of(parse.GetValue(_certificates), surroundings.Variable), surroundings.Time).ReadAsync(token).ConfigureAwait(false);
    }

    /// <summary>Asks every engine that was named; none when none was.</summary>
    /// <exception cref="EngineException">One cannot be asked: an engine that does not answer never looks like one without containers.</exception>
    public async Task<ImmutableArray<EngineFacts>> ReadAsync(ParseResult parse, CancellationToken token)
    {
        var engines = parse.GetValue(_engines) ?? [];
        return engines.Length == 0 ? [] : await new EngineFactsReader(engines, Options(parse), CommandOutput.SurroundingsOf(parse).Time).ReadAsync(token).ConfigureAwait(false);
    }

    /// <summary>The same, for what a plan is made of.</summary>
    /// <exception cref="EngineException">One cannot be asked.</exception>
    public async Task<ImmutableArray<WorldHost>> ReadFleetAsync(ParseResult parse, CancellationToken token)
    {
        var engines = parse.GetValue(_engines) ?? [];
        return engines.Length == 0 ? [] : await new EngineFleetReader(engines, Options(parse), CommandOutput.SurroundingsOf(parse).Time).ReadAsync(token).ConfigureAwait(false);
    }

    private EngineFactsOptions Options(ParseResult parse) => EngineFactsOptions.Of(parse.GetValue(_certificates), CommandOutput.SurroundingsOf(parse).Variable);
}
