using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using OverlayBridge.Store.Durations;
using OverlayBridge.Store.History;

namespace OverlayBridge.Serve;

/// <summary>How much a cluster remembers of changes: the same on all control nodes, as what the leader was started with counts for all.</summary>
internal static class HistoryOptions
{
    private const string ChangesName = "--history-changes";
    private const string SizeName = "--history-size";
    private const string AgeName = "--history-age";

    private const int BytesShift = 20;

    /// <summary>A hundred years: longer is no limit.</summary>
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(36_500);

    public static IReadOnlyList<Option> All =>
    [
        Number(ChangesName, $"Remember at most so many changes, 0 for none, the same on each node (control; default: {HistoryLimits.Default.MaxChanges})", "N", HistoryLimits.Default.MaxChanges, HistoryLimits.MostChanges),
        Number(SizeName, $"Remember changes in at most so much memory (control; default: {HistoryLimits.Default.MaxBytes >> BytesShift})", "MIB", HistoryLimits.Default.MaxBytes >> BytesShift, HistoryLimits.MostBytes >> BytesShift),
        new Option<string?>(AgeName)
        {
            Description = "Forget changes that are older, as 720h (control; default: when there is no room)",
            HelpName = "TIME",
            Validators =
            {
                static result =>
                {
                    if (result.Tokens is [.., var token] && Age(token.Value) is null)
                        result.AddError($"'{token.Value}' is no time: give one such as 720h or 90m.");
                },
            },
        },
    ];

    public static HistoryLimits Read(ParseResult parse) => new(
        (int)parse.GetValue<long>(ChangesName), parse.GetValue<long>(SizeName) << BytesShift,
        parse.GetValue<string?>(AgeName) is { } age ? Age(age)!.Value : TimeSpan.Zero);

    private static TimeSpan? Age(string text) =>
        GoDuration.TryParse(text, out TimeSpan age) && age > TimeSpan.Zero && age <= LongestAge ? age : null;

    private static Option<long> Number(string name, string description, string help, long normal, long most) => new(name)
    {
        Description = description,
        HelpName = help,
        DefaultValueFactory = _ => normal,
        CustomParser = result => Parse(result, name, most),
    };

    private static long Parse(ArgumentResult result, string name, long most)
    {
        if (long.TryParse(result.Tokens[^1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most)
            return number;
        result.AddError($"'{result.Tokens[^1].Value}' is no number from 0 to {most} for {name}.");
        return 0;
    }
}
