namespace OverlayBridge.Sources.ZooKeeper;

/// <summary>
/// The requests that a source needs, on a session of one of several servers: the one that serves, and when its session is lost the next one. A
/// session that was lost is replaced; what ran on it is the caller's to repeat.
/// </summary>
internal sealed class ZooKeeperClient(ZooKeeperOptions options) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim connecting = new(1);
    private ZooKeeperSession? session;
    private int preferred;

    /// <summary>The present session, or a new one.</summary>
    /// <exception cref="SourceException">No server gives one.</exception>
    public async Task<ZooKeeperSession> SessionAsync(CancellationToken token)
    {
        await connecting.WaitAsync(token).ConfigureAwait(false);
        try
        {
            if (session is { IsLost: false })
                return session;
            var seen = session?.LastZxid ?? 0;
            if (session is not null)
            {
                await session.DisposeAsync().ConfigureAwait(false);
                // Not the same one first: it may give sessions and answer nothing.
                preferred = (preferred + 1) % options.Servers.Length;
            }
            return session = await OpenAsync(seen, token).ConfigureAwait(false);
        }
        finally
        {
            connecting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (session is not null)
            await session.DisposeAsync().ConfigureAwait(false);
        connecting.Dispose();
    }

    private async Task<ZooKeeperSession> OpenAsync(long seenZxid, CancellationToken token)
    {
        var begun = options.Time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var failures = new List<(ServerAddress Server, Exception Error)>();
            var first = preferred;
            for (var attempt = 0; attempt < options.Servers.Length; attempt++)
            {
                var index = (first + attempt) % options.Servers.Length;
                try
                {
                    var opened = await ZooKeeperSession.OpenAsync(options.Servers[index], options, seenZxid, token).ConfigureAwait(false);
                    preferred = index;
                    return opened;
                }
                catch (RefusedException error)
                {
                    throw ZooKeeperErrors.Refused(options.Name, "authentication", error);
                }
                catch (Exception error) when (error is SessionLostException or ProtocolException)
                {
                    failures.Add((options.Servers[index], error));
                }
            }
            var busy = failures.Exists(static failure => failure.Error is SessionLostException { IsBusy: true });
            if (!busy || options.Time.GetElapsedTime(begun) + pause > options.LeaderPatience)
                throw ZooKeeperErrors.Unreachable(options.Name, failures);
            await Task.Delay(pause, options.Time, token).ConfigureAwait(false);
        }
    }
}
