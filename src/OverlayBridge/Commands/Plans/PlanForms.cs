using System.CommandLine.Parsing;
using System.Globalization;
using OverlayBridge.Overlay.Plans;

namespace OverlayBridge.Commands.Plans;

/// <summary>Forms of values that the options of <c>plan create</c> take.</summary>
internal static class PlanForms
{
    private static readonly DayOfWeek[] Week =
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    public static Allowance Allowance(ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;
        if (!Overlay.Plans.Allowance.TryParse(text, out var allowance))
            result.AddError($"'{text}' is neither a number of replicas from 1 nor a share from 1% to 100%.");
        return allowance;
    }

    /// <summary><c>SET=N</c> or <c>SET=N%</c>.</summary>
    public static (string Pattern, Allowance Allowance)[] Allowances(ArgumentResult result)
    {
        var allowances = new List<(string Pattern, Allowance Allowance)>();
        foreach (var text in result.Tokens.Select(static token => token.Value))
            if (text.LastIndexOf('=') is > 0 and var at && Overlay.Plans.Allowance.TryParse(text[(at + 1)..], out var allowance))
                allowances.Add((text[..at], allowance));
            else
                result.AddError($"'{text}' does not say what a set may lose: SET=2 or SET=50%, with * for any letters in SET.");
        return [.. allowances];
    }

    /// <summary><c>22:00-04:00</c>, or <c>sat,sun 22:00-04:00</c>.</summary>
    public static MaintenanceWindow? Window(ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is 1 or 2 && parts[^1].Split('-') is [var from, var to] && Time(from) is { } begin && Time(to) is { } end && begin != end)
        {
            var days = parts.Length == 1 ? [] : parts[0].Split(',').Select(Day).ToList();
            if (days.All(static day => day is not null) && days.Distinct().Count() == days.Count)
                return new([.. days.OfType<DayOfWeek>()], begin, end);
        }

        result.AddError($"'{text}' is no window: '22:00-04:00' or 'sat,sun 22:00-04:00', in UTC.");
        return null;
    }

    public static HostStrategy Strategy(ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;
        if (text is not ("convert-host" or "move-container"))
            result.AddError($"'{text}' is no strategy: convert-host or move-container.");
        return text == "move-container" ? HostStrategy.MoveContainer : HostStrategy.ConvertHost;
    }

    public static Uri[] Webhooks(ArgumentResult result)
    {
        var addresses = new List<Uri>();
        foreach (var text in result.Tokens.Select(static token => token.Value))
            if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
                addresses.Add(address);
            else
                result.AddError($"'{text}' is no http:// or https:// address.");
        return [.. addresses];
    }

    private static TimeOnly? Time(string text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    private static DayOfWeek? Day(string text)
    {
        var found = Week.Where(day => text.Length >= 3 && day.ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase)).ToList();
        return found is [var day] ? day : null;
    }
}
