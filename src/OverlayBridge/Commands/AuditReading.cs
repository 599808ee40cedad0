using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.Inventories;
using OverlayBridge.Sources;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary>Audits a store that was read, and reads a live one again where the first look may have caught it in the middle of an operation.</summary>
internal sealed class AuditReading
{
    private const double AgainSecondsMax = 3600;
    private const double DefaultAgainSeconds = 3;

    private readonly StateArgument _state;

    private readonly Option<double> _again = new("--again")
    {
        Description = "Wait SECONDS before a live store is read again to confirm what may be a passing moment; 0: do not",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => DefaultAgainSeconds,
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[^1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= AgainSecondsMax)
                return seconds;
            result.AddError("--again takes a number of seconds from 0 to 3600.");
            return 0;
        },
    };

    private readonly EngineOption _engines;

    private AuditReading(StateArgument state, EngineOption engines) => (_state, _engines) = (state, engines);

    /// <summary>The engines that were named.</summary>
    public EngineOption Engines => _engines;

    /// <summary>Adds the options of an audit to a command.</summary>
    public static AuditReading AddTo(Command command, StateArgument state)
    {
        var reading = new AuditReading(state, EngineOption.AddTo(command));
        command.Add(reading._again);
        return reading;
    }

    /// <summary>Audits what was read, confirmed by a second read of a live store if there is anything to confirm.</summary>
    /// <exception cref="SourceException">The second read failed.</exception>
    /// <exception cref="Engines.EngineException">An engine cannot be asked.</exception>
    public async Task<AuditResult> AuditAsync(ParseResult parse, DecodedImage decoded, ImmutableArray<FenceView> fences, CancellationToken token)
    {
        var image = decoded.Image;
        var input = new AuditInput
        {
            Image = image,
            Decoded = decoded,
            Fences = InventoryReading.RangesOf(fences),
            Engines = await _engines.ReadAsync(parse, token).ConfigureAwait(false),
        };
        var first = Auditor.Audit(input);
        var again = TimeSpan.FromSeconds(parse.GetValue(_again));
        var doubtful = first.Findings.Count(finding => finding.Worst < AuditSeverity.Info);
        if (doubtful == 0 || again == TimeSpan.Zero || _state.Uri(parse).Scheme == StateScheme.File)
            return first;
        CommandOutput.Of(parse).Progress(string.Create(
            CultureInfo.InvariantCulture,
            $"{Wording(doubtful)} so far; waiting {again.TotalSeconds:0.#} s to read {image.Source} again: what is only a moment of an ordinary operation is gone by then."));
        await Task.Delay(again, CommandOutput.SurroundingsOf(parse).Time, token).ConfigureAwait(false);
        return Auditor.Audit(input with
        {
            Again = await _state.ReadAsync(parse, token).ConfigureAwait(false),
            // Asked after both reads: what was being started at the first one is known by now.
            Engines = await _engines.ReadAsync(parse, token).ConfigureAwait(false),
        });
    }

    private static string Wording(int findings) => findings == 1 ? "1 finding" : $"{findings} findings";
}
