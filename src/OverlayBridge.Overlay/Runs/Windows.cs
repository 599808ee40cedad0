using System.Globalization;
using OverlayBridge.Overlay.Plans;

namespace OverlayBridge.Overlay.Runs;

/// <summary>Whether a maintenance window is open.</summary>
public static class Windows
{
    private const int DaysOfWeek = 7;

    /// <summary>When it opens next, for people; null while it is open, or when there is none.</summary>
    public static string? Closed(MaintenanceWindow? window, DateTimeOffset now) => window is null || IsOpen(window, now.UtcDateTime)
        ? null
        : NextOpening(window, now.UtcDateTime) is { } opens
            ? $"opens {opens.ToString("ddd yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture)}"
            : "never opens";

    /// <summary>A window over midnight belongs to the day on which it begins. One whose end is its begin is a whole day.</summary>
    private static bool IsOpen(MaintenanceWindow window, DateTime now)
    {
        var (today, time) = (now.DayOfWeek, TimeOnly.FromDateTime(now));
        if (window.From < window.To)
            return Counts(window, today) && time >= window.From && time < window.To;
        var yesterday = (DayOfWeek)(((int)today + DaysOfWeek - 1) % DaysOfWeek);
        return Counts(window, today) && time >= window.From || Counts(window, yesterday) && time < window.To;
    }

    private static DateTime? NextOpening(MaintenanceWindow window, DateTime now)
    {
        for (var day = 0; day <= DaysOfWeek; day++)
            if (now.Date.AddDays(day).Add(window.From.ToTimeSpan()) is var opens && opens > now && Counts(window, opens.DayOfWeek))
                return opens;
        return null;
    }

    private static bool Counts(MaintenanceWindow window, DayOfWeek day) => window.Days.IsDefaultOrEmpty || window.Days.Contains(day);
}
