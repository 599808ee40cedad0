using System.Globalization;
using OverlayBridge.Sources;

namespace OverlayBridge.Terminal;

/// <summary>Progress of a long transfer on stderr: a line every second, none for what is done within one.</summary>
public sealed class TransferLines(CommandOutput output, TimeProvider time) : IProgress<TransferProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long _last = time.GetTimestamp();

    public void Report(TransferProgress value)
    {
        lock (_gate)
        {
            if (time.GetElapsedTime(_last) < Interval)
                return;
            _last = time.GetTimestamp();
            var total = value.TotalKeys is { } keys ? $" of {keys}" : "";
            output.Progress(string.Create(
                CultureInfo.InvariantCulture, $"{value.Step}: {value.Keys}{total} keys, {value.Bytes / 1e6:0.0} MB"));
        }
    }
}
