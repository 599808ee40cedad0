using System.Text.Json;

namespace OverlayBridge.Lab.Engines;

/// <summary>
/// How an agent stops and starts the engine of a host without systemd: two scripts and the file of <c>--engine-control</c> that names them. What they start
/// is found by the lab's own takedown, for nothing outlives a node.
/// </summary>
internal static class EngineScripts
{
    private const string Stop =
        """
        pid=$(cat /var/run/docker.pid 2>/dev/null) || exit 0
        kill -TERM "$pid" 2>/dev/null || exit 0
        for i in $(seq 600); do [ -d "/proc/$pid" ] || exit 0; sleep 0.1; done
        echo "the engine $pid does not end" >&2
        exit 1
        """;

    private const string Start =
        """
        pid=$(cat /var/run/docker.pid 2>/dev/null) && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ] && exit 0
        rm -f @SOCKET@ /var/run/docker.pid
        PATH=@PATH@ setsid dockerd >>@LOG@ 2>&1 </dev/null &
        """;

    /// <summary>The scripts, and <see cref="LabHost.EngineControl"/>, which names them.</summary>
    public static async Task WriteAsync(LabHost host, CancellationToken token)
    {
        string[] stop = ["sh", await WriteScriptAsync(host, "engine-stop", Stop, token).ConfigureAwait(false)];
        string[] start = ["sh", await WriteScriptAsync(host, "engine-start", StartOf(host, host.Release), token).ConfigureAwait(false)];
        string[] modern = ["sh", await WriteScriptAsync(host, "engine-start-modern", StartOf(host, EngineRelease.Modern), token).ConfigureAwait(false)];
        await File.WriteAllTextAsync(
            host.EngineControl,
            JsonSerializer.Serialize(new { daemonJson = DaemonJson.Path, stop, start, versions = new Dictionary<string, string[]> { [EngineRelease.Modern.Version] = modern } }),
            token).ConfigureAwait(false);
    }

    private static string StartOf(LabHost host, EngineRelease release) => Start
        .Replace("@SOCKET@", host.DockerSocket, StringComparison.Ordinal)
        .Replace("@PATH@", release.SearchPath, StringComparison.Ordinal)
        .Replace("@LOG@", $"{host.Folder}/dockerd.log", StringComparison.Ordinal);

    private static async Task<string> WriteScriptAsync(LabHost host, string name, string script, CancellationToken token)
    {
        var path = Path.Combine(host.Folder, name);
        await File.WriteAllTextAsync(path, script, token).ConfigureAwait(false);
        return path;
    }
}
