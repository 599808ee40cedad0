using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources.Trees;

namespace OverlayBridge.Sources.ZooKeeper;

/// <summary>
/// The legacy keys of a live ZooKeeper. Indexes are zxids, the numbers of changes in the whole store: CreateIndex is a node's
/// czxid, ModifyIndex its mzxid; the image's index is the newest of them, children that came or went included.
/// </summary>
public sealed class ZooKeeperSource(ZooKeeperOptions options, string prefix) : IWritableSource
{
    /// <summary>A store in which something changes during each of so many reads is taken as it is, as Consul's listing is.</summary>
    private const int QuietReads = 3;

    /// <summary>Sessions that may be lost within one read.</summary>
    private const int MaxSessions = 4;

    private readonly ZooKeeperClient client = new(options);

    public string Name => options.Name;

    public string Prefix => prefix;

    public async ValueTask<StoreImage> ReadAsync(CancellationToken token) => (await ReadConsistentAsync(token).ConfigureAwait(false)).Image;

    public async ValueTask<ConfirmedRead> ConfirmAsync(CancellationToken token) => await ReadConsistentAsync(token).ConfigureAwait(false);

    public async ValueTask<WriteOutcome> TryWriteAsync(string key, ulong expectedIndex, ImmutableArray<byte>? value, CancellationToken token)
    {
        if (value is null)
            ArgumentOutOfRangeException.ThrowIfZero(expectedIndex);
        var path = TreeKeys.PathOf(key);
        if (expectedIndex == 0)
            return await CreateAsync(path, value!.Value.AsMemory(), token).ConfigureAwait(false);
        var (session, present) = await RunAsync(path, async session =>
        {
            await session.SyncAsync(token).ConfigureAwait(false);
            return (session, await session.GetDataAsync(path, watch: false, token).ConfigureAwait(false));
        }, token).ConfigureAwait(false);
        if (present is not var (_, stat) || (ulong)stat.Modified != expectedIndex)
            return WriteOutcome.Conflict;
        // The version stands for the zxid that was just compared.
        return await WriteAsync(path, value is { } bytes
            ? session.SetDataAsync(path, bytes.AsMemory(), stat.Version, token)
            : session.DeleteAsync(path, stat.Version, token)).ConfigureAwait(false);
    }

    public void Dispose()
    {
        // The good-bye is the server's comfort, not ours: nobody waits for it.
        _ = client.DisposeAsync().AsTask();
    }

    private async ValueTask<ConfirmedRead> ReadConsistentAsync(CancellationToken token)
    {
        var folder = TreeKeys.FolderOf(prefix);
        for (var attempt = 1; ; attempt++)
        {
            var (image, disturbed, index) = await RunAsync(folder, async session =>
            {
                await session.SyncAsync(token).ConfigureAwait(false);
                var tree = new ZooKeeperTree(session, options, prefix);
                var read = await tree.ReadAsync(folder, token).ConfigureAwait(false);
                return (read, tree.WasDisturbed, session.LastZxid);
            }, token).ConfigureAwait(false);
            if (!disturbed || attempt == QuietReads)
                return new(image, (ulong)index);
        }
    }

    private async ValueTask<WriteOutcome> CreateAsync(string path, ReadOnlyMemory<byte> value, CancellationToken token)
    {
        // What is made is protected as what stands above it.
        var (session, acl, missing) = await RunAsync(path, async session =>
        {
            await session.SyncAsync(token).ConfigureAwait(false);
            var absent = new Stack<string>();
            var above = Above(path);
            for (; above != "/" && !await session.ExistsAsync(above, watch: false, token).ConfigureAwait(false); above = Above(above))
                absent.Push(above);
            return (session, await session.GetAclAsync(above, token).ConfigureAwait(false), absent);
        }, token).ConfigureAwait(false);
        while (missing.TryPop(out var folder))
            await WriteAsync(folder, session.CreateAsync(folder, default, acl, token)).ConfigureAwait(false);
        return await WriteAsync(path, session.CreateAsync(path, value, acl, token)).ConfigureAwait(false);
    }

    private static string Above(string path) => path.LastIndexOf('/') is var slash and > 0 ? path[..slash] : "/";

    /// <summary>Runs something that may be repeated, on another session when one is lost.</summary>
    private async ValueTask<T> RunAsync<T>(string path, Func<ZooKeeperSession, Task<T>> run, CancellationToken token)
    {
        for (var sessions = 1; ; sessions++)
        {
            var session = await client.SessionAsync(token).ConfigureAwait(false);
            try
            {
                return await run(session).ConfigureAwait(false);
            }
            catch (SessionLostException) when (sessions < MaxSessions)
            {
                // The next server, or the same one again.
            }
            catch (Exception error) when (error is SessionLostException or ProtocolException)
            {
                throw ZooKeeperErrors.Lost(Name, error);
            }
            catch (RefusedException error)
            {
                throw ZooKeeperErrors.Refused(Name, path, error);
            }
        }
    }

    private async ValueTask<WriteOutcome> WriteAsync(string path, Task<bool> write)
    {
        try
        {
            return await write.ConfigureAwait(false) ? WriteOutcome.Written : WriteOutcome.Conflict;
        }
        catch (Exception error) when (error is SessionLostException or ProtocolException)
        {
            throw ZooKeeperErrors.UnknownOutcome(Name, path, error);
        }
        catch (RefusedException error)
        {
            throw ZooKeeperErrors.Refused(Name, path, error);
        }
    }
}
