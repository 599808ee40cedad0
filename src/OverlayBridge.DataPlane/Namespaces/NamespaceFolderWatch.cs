namespace OverlayBridge.DataPlane.Namespaces;

/// <summary>Tells when a namespace file comes or goes. A hint, not a truth: whoever listens looks from time to time as well.</summary>
/// <param name="changed">May be called at any time, on any thread.</param>
public sealed class NamespaceFolderWatch(string folder, Action changed) : IDisposable
{
    private readonly Lock gate = new();
    private FileSystemWatcher? watcher;
    private bool disposed;

    /// <summary>
    /// Starts watching, where it does not watch already. To be called from time to time: the folder may not exist before
    /// the engine's first namespace, and the system may end a watch.
    /// </summary>
    /// <returns>Why it cannot watch, where that is worth telling; the caller's own passes must do until the next try.</returns>
    public string? Ensure()
    {
        lock (gate)
        {
            if (disposed || watcher is not null || !Directory.Exists(folder))
                return null;
            var started = new FileSystemWatcher(folder) { NotifyFilter = NotifyFilters.FileName };
            started.Created += (_, _) => changed();
            started.Deleted += (_, _) => changed();
            started.Error += (_, _) => Lost(started);
            try
            {
                started.EnableRaisingEvents = true;
            }
            catch (Exception e) when (e is IOException or ArgumentException)
            {
                started.Dispose();
                return $"Cannot watch {folder}: {e.Message}";
            }
            watcher = started;
        }
        changed();
        return null;
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            watcher?.Dispose();
            watcher = null;
        }
    }

    private void Lost(FileSystemWatcher which)
    {
        lock (gate)
        {
            if (watcher == which)
                watcher = null;
        }
        which.Dispose();
        changed();
    }
}
