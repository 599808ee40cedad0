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
/// may be never; a write of the folder <c>docker/nodes</c>, as engines do it themselves at their start, has it tell all of them
/// (docs/decisions/017).
/// </summary>
internal sealed class WatchRestart(IConsulClient store, string host, TimeProvider time, ILogger log)
{
    /// <summary>In which an engine has noticed that a connection is gone.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(1);

    /// <summary>Over which hosts that are redirected together spread; the first one's write serves the others.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(1);

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
        var outage = new Outage("have engines begin their watches again", log);
        while (true)
        {
            await wakeup.WaitAsync(Timeout.InfiniteTimeSpan, time, token);
            if (Interlocked.Exchange(ref asked, null) is not { } prefix)
                continue;
            await Task.Delay(Notice, time, token);
            while (!await TryAsync(Folder(prefix), outage, token))
                continue;
        }
    }

    /// <summary>The key above those of registered hosts: <c>docker/nodes</c> below the engines' prefix.</summary>
    internal static string Folder(string prefix) => prefix.EndsWith("docker/", StringComparison.Ordinal) ? $"{prefix}nodes" : $"{prefix}docker/nodes";

    /// <returns>Whether it is done; false after a pause where the store did not answer.</returns>
    private async Task<bool> TryAsync(string folder, Outage outage, CancellationToken token)
    {
        try
        {
            var noticed = (await store.GetAsync(folder, default, token)).Value;
            await Task.Delay(Spread * Share(host), time, token);
            var written = await WriteAsync(folder, noticed, token);
            outage.Worked();
            log.LogInformation("Engines are told to begin broken watches again, by a write of {Folder} from {Host}", folder, written ? host : "another host");
            return true;
        }
        catch (SourceException e) when (e.IsDenied)
        {
            log.LogError("Engines cannot be told to begin broken watches again, names of new containers may stay unknown to them: {What} {Cause} {Remedy}", e.Message, e.Cause, e.Remedy);
            return true;
        }
        catch (SourceException e)
        {
            await Task.Delay(outage.Failed(e), time, token);
            return false;
        }
    }

    /// <summary>Writes what stands there again. One that somebody wrote since has told the engines already.</summary>
    private async Task<bool> WriteAsync(string folder, KeyValueEntry? noticed, CancellationToken token) =>
        await store.PutAsync(
            folder, noticed is null ? ReadOnlyMemory<byte>.Empty : noticed.Bytes, new WriteOptions(Cas: noticed?.ModifyIndex ?? 0, Flags: noticed?.Flags ?? 0), token);

    /// <summary>0 to 1, the same for a host always, and different between hosts.</summary>
    private static double Share(string host) => BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(host))) / (double)uint.MaxValue;
}
