using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using OverlayBridge.Overlay.Plans.Downtimes;

namespace OverlayBridge.Commands.Plans;

/// <summary><c>--downtime WHAT=SECONDS</c>: times of the operator's own instead of those that were measured in the lab.</summary>
internal sealed class DowntimeOption
{
    private readonly Option<(string What, TimeSpread Time)[]> _option = new("--downtime")
    {
        Description = "How long a container is away on your hosts, instead of the lab's figures: convert, convert-upgrade, upgrade or move, as seconds or a range (convert=8 or convert=8-12)",
        HelpName = "WHAT=SECONDS",
        CustomParser = Parse,
        DefaultValueFactory = static _ => [],
    };

    public static DowntimeOption AddTo(Command command)
    {
        var option = new DowntimeOption();
        command.Add(option._option);
        return option;
    }

    public DowntimeFigures Figures(ParseResult parse)
    {
        var figures = DowntimeFigures.Measured;
        foreach (var (what, time) in parse.GetValue(_option) ?? [])
            figures = what switch
            {
                "convert" => figures with { Convert = time },
                "convert-upgrade" => figures with { ConvertUpgrade = time },
                "upgrade" => figures with { Upgrade = time },
                _ => figures with { Move = time },
            };
        return figures;
    }

    private static (string What, TimeSpread Time)[] Parse(ArgumentResult result)
    {
        var times = new List<(string What, TimeSpread Time)>();
        foreach (var text in result.Tokens.Select(static token => token.Value))
        {
            var parts = text.Split('=', 2);
            var range = parts[^1].TrimEnd('s').Split('-', 2);
            if (parts.Length == 2 && parts[0] is "convert" or "convert-upgrade" or "upgrade" or "move" && Seconds(range[0]) is { } least && Seconds(range[^1]) is { } most && least <= most)
                times.Add((parts[0], TimeSpread.Seconds(least, most)));
            else
                result.AddError($"'{text}' is no time: convert=8, convert-upgrade=8-12, upgrade=10 or move=5, in seconds.");
        }

        return [.. times];
    }

    private static double? Seconds(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 86_400 ? seconds : null;
}
