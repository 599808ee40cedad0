namespace OverlayBridge.Store.Replication;

/// <summary>
/// The data folder, held by this process alone: <c>lock</c>, <c>started</c> (the mark that the log holds acknowledged
/// writes), <c>members</c>, <c>log/</c>, <c>snapshots/</c>. Mode 0700; what is written here has 0600.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    /// <summary>EROFS, which .NET gives on as it is.</summary>
    private const int ReadOnlyFileSystem = 30;

    private readonly FileStream _lock;
    private bool _isMarked;

    private DataFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    public string Log => System.IO.Path.Combine(Path, "log");

    public string Snapshots => System.IO.Path.Combine(Path, "snapshots");

    /// <summary>Made when the node first has members.</summary>
    public const string MembersFile = "members";

    public string Members => System.IO.Path.Combine(Path, MembersFile);

    /// <summary>Where a damaged file goes that the node can do without.</summary>
    public string Damaged => System.IO.Path.Combine(Path, "damaged");

    private string Started => System.IO.Path.Combine(Path, "started");

    /// <summary>What says where the log ends; without it the log counts as empty.</summary>
    private string Checkpoint => System.IO.Path.Combine(Log, "checkpoint");

    /// <summary>Makes the folder when it is missing, and takes it.</summary>
    /// <exception cref="StoreStartException">In use by another process, not writable, or no folder.</exception>
    public static DataFolder Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            CreateFolder(path);
            var folder = new DataFolder(path, TakeLock(path));
            CreateFolder(folder.Log);
            CreateFolder(folder.Snapshots);
            return folder;
        }
        catch (IOException e) when (e.HResult == ReadOnlyFileSystem)
        {
            throw new StoreStartException(
                $"The data folder {path} cannot be written to.",
                "Its file system is read-only: mounted so, or made so by the kernel because the disk fails.",
                "See 'dmesg' and the mount's options; mend the disk or mount it writable, then start again. What was acknowledged is kept.",
                e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new StoreStartException(
                $"The data folder {path} cannot be used.",
                e.Message,
                "Give a folder that this user may write to with --data.",
                e);
        }
    }

    /// <summary>
    /// Notes that the log holds writes that are about to be acknowledged: from now on a missing checkpoint means lost data.
    /// </summary>
    public void MarkStarted()
    {
        if (_isMarked)
            return;
        using var file = Create(Started);
        file.Flush(flushToDisk: true);
        _isMarked = true;
    }

    /// <exception cref="StoreStartException">The log once held acknowledged writes and its checkpoint has vanished.</exception>
    public void RefuseVanishedLog()
    {
        _isMarked = File.Exists(Started);
        if (_isMarked && new FileInfo(Checkpoint) is not { Exists: true, Length: > 0 })
            throw new StoreStartException(
                $"The log of {Path} has lost its end.",
                $"{Checkpoint} is missing or empty; without it the node would start with an empty log and forget acknowledged writes.",
                "Restore the data folder from a backup; in a cluster remove this node, empty the folder, and add it again.");
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream TakeLock(string path)
    {
        var file = System.IO.Path.Combine(path, "lock");
        try
        {
            return Create(file);
        }
        catch (IOException e) when (e is not DirectoryNotFoundException && IsHeldByAnother(file))
        {
            throw new StoreStartException(
                $"The data folder {path} is in use.",
                $"Another process holds {file}.",
                "Stop the other overlaybridge, or give each its own folder with --data.",
                e);
        }
    }

    private static bool IsHeldByAnother(string file)
    {
        try
        {
            using var readable = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return false;
        }
        catch (IOException)
        {
            return File.Exists(file);
        }
    }

    private static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static FileStream Create(string file)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(file, options);
    }
}
