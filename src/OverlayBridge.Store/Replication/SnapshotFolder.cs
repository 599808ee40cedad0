using System.Globalization;
using Microsoft.Extensions.Logging;
using OverlayBridge.Store.Records;
using OverlayBridge.Store.Snapshots;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// Puts the snapshot folder in order before the engine reads it: the engine takes the file with the highest name for
/// good, and one other file makes it fail.
/// </summary>
internal sealed partial class SnapshotFolder(DataFolder folder, ILogger logger)
{
    /// <summary>Removes what a crash left, and a damaged newest snapshot that the rest of the folder can stand in for.</summary>
    /// <exception cref="StoreStartException">The newest snapshot is damaged and the log no longer reaches behind it.</exception>
    public void Prepare()
    {
        foreach (var leftover in Directory.EnumerateFiles(folder.Snapshots, "*.tmp"))
            File.Delete(leftover);

        var snapshots = Newest();
        while (snapshots.Count > 0 && Damage(snapshots[0]) is { } damage)
        {
            var damaged = snapshots[0];
            if (snapshots.Count == 1 && !LogReachesTheBeginning())
                throw new StoreStartException(
                    $"The snapshot {damaged} is damaged.",
                    $"{damage} The log before it is gone, so the state cannot be rebuilt.",
                    "Restore the data folder from a backup; in a cluster remove this node, empty the folder, and add it again.");
            SetAside(damaged);
            LogSetAside(logger, damaged, damage, folder.Damaged);
            snapshots.RemoveAt(0);
        }
    }

    /// <summary>Size of the newest snapshot, 0 without one.</summary>
    public long NewestBytes => Newest() is [var newest, ..] ? new FileInfo(newest).Length : 0;

    private List<string> Newest() =>
        [.. Directory.EnumerateFiles(folder.Snapshots, "*-*").OrderByDescending(IndexOf)];

    /// <summary>The engine names a snapshot <c>index-term</c>.</summary>
    private static long IndexOf(string file) =>
        long.TryParse(Path.GetFileName(file).Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : long.MaxValue;

    private static string? Damage(string file)
    {
        try
        {
            SnapshotFormat.Verify(File.ReadAllBytes(file));
            return null;
        }
        catch (DamagedDataException e)
        {
            return e.Message;
        }
    }

    /// <summary>The engine cuts the log by whole files from its beginning; the first of each kind has the name 0.</summary>
    private bool LogReachesTheBeginning() =>
        File.Exists(Path.Combine(folder.Log, "data", "0")) && File.Exists(Path.Combine(folder.Log, "metadata", "0"));

    private void SetAside(string file)
    {
        Directory.CreateDirectory(folder.Damaged);
        File.Move(file, Path.Combine(folder.Damaged, Path.GetFileName(file)), overwrite: true);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Snapshot {File} is damaged ({Damage}) and was moved to {Folder}; the state is rebuilt from what is before it")]
    private static partial void LogSetAside(ILogger logger, string file, string damage, string folder);
}
