using System.Globalization;

namespace OverlayBridge.Benchmarks.Scale;

/// <summary>What one run of a program cost.</summary>
/// <param name="PeakBytes">Largest resident set; never below that of the process that measures (about 40 MB).</param>
internal sealed record Measurement(TimeSpan Wall, TimeSpan Cpu, long PeakBytes, int ExitCode)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Wall.TotalMilliseconds} {Cpu.TotalMilliseconds} {PeakBytes} {ExitCode}");

    public static Measurement Parse(string text)
    {
        string[] parts = text.Split(' ');
        return new(Milliseconds(parts[0]), Milliseconds(parts[1]), long.Parse(parts[2], CultureInfo.InvariantCulture), int.Parse(parts[3], CultureInfo.InvariantCulture));
    }

    private static TimeSpan Milliseconds(string text) => TimeSpan.FromMilliseconds(double.Parse(text, CultureInfo.InvariantCulture));
}
