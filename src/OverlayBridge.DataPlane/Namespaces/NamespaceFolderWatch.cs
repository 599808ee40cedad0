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
    public void Ensure()
    {
        lock (gate)
        {
            if (disposed || watcher is not null || !Directory.Exists(folder))
                return;
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
                // Gone in between, or no inotify watch to be had: the caller's own passes must do until the next try.
                started.Dispose();
                return;
            }
            watcher = started;
        }
        changed();
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
