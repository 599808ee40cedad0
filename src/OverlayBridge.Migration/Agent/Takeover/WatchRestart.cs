using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>
/// Makes engines begin their watches again that broke when this host's connections were reset. A watch whose first request was under way ends
/// then, and its network learns no new names on that host. Engines look after such watches only when discovery tells them something, which
/// may be never; a change of the folder <c>docker/nodes</c> has it tell all of them (docs/decisions/017). A write of what stands there
/// is no change and wakes nobody (Consul, and the gateway like it): so a mark is put behind the value, and taken away again. What engines
/// read of that folder are the keys below it.
/// </summary>
internal sealed class WatchRestart(IConsulClient store, StoreAbsence absence, string host, TimeProvider time, ILogger log)
{
    /// <summary>In which an engine has noticed that a connection is gone.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(1);

    /// <summary>Over which hosts that are redirected together spread; the first one's write serves the others.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(1);

    /// <summary>Stands behind the value for a moment. One that stayed there is somebody's who was killed in that moment.</summary>
    private const byte Mark = (byte)' ';

    private readonly Wakeup wakeup = new();
    private string? asked;

    /// <summary>Connections of this host were reset.</summary>
    /// <param name="prefix">The engines' keys, as <c>docker/</c> or <c>prod/docker/</c>.</param>
    public void Ask(string prefix)
    {
        Volatile.Write(ref asked, prefix);
        wakeup.Wake();
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken token)
    {
        var use = absence.Use("have engines begin their watches again");
        while (true)
        {
            await wakeup.WaitAsync(Timeout.InfiniteTimeSpan, time, token);
            if (Interlocked.Exchange(ref asked, null) is not { } prefix)
                continue;
            await Task.Delay(Notice, time, token);
            while (!await TryAsync(Folder(prefix), use, token))
                continue;
        }
    }

    /// <summary>The key above those of registered hosts: <c>docker/nodes</c> below the engines' prefix.</summary>
    internal static string Folder(string prefix) => prefix.EndsWith("docker/", StringComparison.Ordinal) ? $"{prefix}nodes" : $"{prefix}docker/nodes";

    /// <returns>Whether it is done; false after a pause where the store did not answer.</returns>
    private async Task<bool> TryAsync(string folder, StoreUse use, CancellationToken token)
    {
        try
        {
            var noticed = (await store.GetAsync(folder, default, token)).Value;
            await Task.Delay(Spread * Share(host), time, token);
            var written = await WriteAsync(folder, noticed, token);
            use.Worked();
            log.LogInformation("Engines are told to begin broken watches again, by a change of {Folder} from {Host}", folder, written ? host : "another host");
            return true;
        }
        catch (SourceException e) when (e.IsDenied)
        {
            log.LogError("Engines cannot be told to begin broken watches again, names of new containers may stay unknown to them: {What} {Cause} {Remedy}", e.Message, e.Cause, e.Remedy);
            return true;
        }
        catch (SourceException e)
        {
            await use.PauseAsync(e, token);
            return false;
        }
    }

    /// <summary>Changes the folder and changes it back. One that somebody changed since has told the engines already.</summary>
    /// <returns>Whether it was changed from here.</returns>
    private async Task<bool> WriteAsync(string folder, KeyValueEntry? noticed, CancellationToken token)
    {
        if (noticed is null)
            return await store.PutAsync(folder, ReadOnlyMemory<byte>.Empty, new WriteOptions(Cas: 0), token);
        if (IsMarked(noticed))
            return await UnmarkAsync(noticed, token);
        byte[] marked = [.. noticed.Bytes.Span, Mark];
        if (!await PutAsync(noticed, marked, token))
            return false;
        if ((await store.GetAsync(folder, default, token)).Value is { } now && now.Bytes.Span.SequenceEqual(marked))
            await UnmarkAsync(now, token);
        return true;
    }

    private static bool IsMarked(KeyValueEntry entry) => entry.Bytes is { IsEmpty: false } bytes && bytes.Span[^1] == Mark;

    private Task<bool> UnmarkAsync(KeyValueEntry marked, CancellationToken token) => PutAsync(marked, marked.Bytes[..^1], token);

    /// <summary>By CAS: what others write meanwhile stays.</summary>
    private async Task<bool> PutAsync(KeyValueEntry entry, ReadOnlyMemory<byte> value, CancellationToken token) =>
        await store.PutAsync(entry.Key, value, new WriteOptions(Cas: entry.ModifyIndex, Flags: entry.Flags), token);

    /// <summary>0 to 1, the same for a host always, and different between hosts.</summary>
    private static double Share(string host) => BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(host))) / (double)uint.MaxValue;
}
