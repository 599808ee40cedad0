using Microsoft.Extensions.Logging;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// Watches the free space under the data folder. A log that meets a full disk is broken until a restart; so writes are
/// refused while there is still room.
/// </summary>
internal sealed partial class FreeSpace(Func<long> measure, long minimum, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private volatile string? _shortage;

    /// <summary>Why writes are refused, null when there is room.</summary>
    public string? Shortage => _shortage;

    public void Measure()
    {
        var free = measure();
        var shortage = free >= minimum ? null
            : $"The disk of the data folder is nearly full: {free >> 20} MiB free, {minimum >> 20} MiB needed";
        if (shortage is not null && _shortage is null)
            LogShortage(logger, shortage);
        if (shortage is null && _shortage is not null)
            LogRoom(logger, free >> 20);
        _shortage = shortage;
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            Measure();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Shortage}. Writes are refused until there is room")]
    private static partial void LogShortage(ILogger logger, string shortage);

    [LoggerMessage(Level = LogLevel.Warning, Message = "There is room on the disk again ({FreeMiB} MiB free), writes are accepted")]
    private static partial void LogRoom(ILogger logger, long freeMiB);
}
