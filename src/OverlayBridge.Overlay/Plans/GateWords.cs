using System.Globalization;

namespace OverlayBridge.Overlay.Plans;

/// <summary>Gates, windows and allowances as people read them.</summary>
public static class GateWords
{
    /// <summary>What the gate waits for, without its name.</summary>
    public static string Of(Gate gate) => gate switch
    {
        Gate.Approval => "approval by a person",
        Gate.Replicas { Sets.IsEmpty: true } => "all replicas that ran run again",
        Gate.Replicas replicas => $"replicas of {string.Join(", ", replicas.Sets)} run again",
        Gate.Probe probe => string.Create(
            CultureInfo.InvariantCulture,
            $"{Of(probe.Target)} from {probe.From} every {Of(probe.Interval)}, each within {Of(probe.Timeout)}, {(probe.ErrorBudget == 0 ? "none" : $"at most {Math.Round(probe.ErrorBudget * 100, 6)}%")} failed, the last {probe.Successes} good"),
        _ => throw new ArgumentOutOfRangeException(nameof(gate), gate, "a gate without words"),
    };

    /// <summary>The word for the kind of a gate: <c>approval</c>, <c>replicas</c> or <c>probe</c>.</summary>
    public static string Kind(Gate gate) => gate switch { Gate.Approval => "approval", Gate.Replicas => "replicas", _ => "probe" };

    public static string Of(MaintenanceWindow window) =>
        $"{(window.Days.IsEmpty ? "every day" : string.Join(", ", window.Days.Select(static day => day.ToString()[..3])))} {window.From.ToString("HH:mm", CultureInfo.InvariantCulture)}-{window.To.ToString("HH:mm", CultureInfo.InvariantCulture)} UTC";

    private static string Of(ProbeTarget target) => target switch
    {
        ProbeTarget.Tcp tcp => string.Create(CultureInfo.InvariantCulture, $"connect to {tcp.Host}:{tcp.Port}"),
        ProbeTarget.Http http => $"GET {http.Address.OriginalString}",
        ProbeTarget.Exec exec => $"run {string.Join(' ', exec.Command.Select(static word => word.Contains(' ', StringComparison.Ordinal) || word.Length == 0 ? $"'{word}'" : word))}",
        _ => throw new ArgumentOutOfRangeException(nameof(target), target, "a target without words"),
    };

    private static string Of(TimeSpan time) => time.Ticks % TimeSpan.TicksPerSecond == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms");
}
