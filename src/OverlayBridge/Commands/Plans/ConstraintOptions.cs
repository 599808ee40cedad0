using System.Collections.Immutable;
using System.CommandLine;
using OverlayBridge.Overlay.Plans;

namespace OverlayBridge.Commands.Plans;

/// <summary>The options that say what is demanded of the stages.</summary>
internal sealed class ConstraintOptions
{
    private readonly Option<string?> _canary = new("--canary") { Description = "This host goes alone, before all others", HelpName = "HOST" };
    private readonly Option<string[]> _first = Hosts("--first", "No other host goes in an earlier stage than these", "HOST,…");
    private readonly Option<string[]> _last = Hosts("--last", "No other host goes in a later stage than these", "HOST,…");
    private readonly Option<string[]> _together = Hosts("--together", "These hosts go in one stage; repeat it for further groups", "HOST,HOST,…");
    private readonly Option<string[]> _apart = Hosts("--apart", "No two of these hosts go in one stage; repeat it for further groups", "HOST,HOST,…");
    private readonly Option<string[]> _order = Hosts("--order", "The second host goes in a later stage than the first, and so on", "HOST,HOST,…");

    public static ConstraintOptions AddTo(Command command)
    {
        var options = new ConstraintOptions();
        command.Add(options._canary);
        foreach (var option in (Option<string[]>[])[options._first, options._last, options._together, options._apart, options._order])
            command.Add(option);
        foreach (var option in (Option<string[]>[])[options._together, options._apart, options._order])
            option.Validators.Add(result =>
            {
                if (result.Tokens.FirstOrDefault(static token => Split(token.Value).Length < 2) is { } lone)
                    result.AddError($"{option.Name} takes two hosts or more with commas between, not '{lone.Value}'.");
            });
        return options;
    }

    public PlanConstraints Read(ParseResult parse) => new(
        parse.GetValue(_canary), [.. Groups(parse, _first).SelectMany(static group => group)], [.. Groups(parse, _last).SelectMany(static group => group)],
        [.. Groups(parse, _together)], [.. Groups(parse, _apart)])
    {
        Order = [.. Groups(parse, _order).SelectMany(static chain => chain.Skip(1).Zip(chain, static (later, earlier) => new HostOrder(later, earlier)))],
    };

    private static IEnumerable<ImmutableArray<string>> Groups(ParseResult parse, Option<string[]> option) => (parse.GetValue(option) ?? []).Select(Split);

    private static ImmutableArray<string> Split(string text) => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static Option<string[]> Hosts(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help, DefaultValueFactory = static _ => [] };
}
