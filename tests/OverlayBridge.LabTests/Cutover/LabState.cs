using System.Text.Json;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests.EndToEnd;

namespace OverlayBridge.LabTests.Cutover;

/// <summary>
/// All that a run changes, as lines that two ways to the same place have to agree on: containers, the legacy side, what the audit finds, the swarm, and each host's files.
/// Ids that are new with every start of a container or join of a host are left out.
/// </summary>
internal static class LabState
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(120);

    /// <summary>For an engine's own start with all its containers; an attachment that hangs takes 20 s.</summary>
    private static readonly TimeSpan OfEngine = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<string> SnapshotAsync(this MigrationLab lab)
    {
        var lines = new List<string> { await lab.IdentitiesAsync() };
        lines.AddRange(await EndpointsAsync(lab));
        lines.AddRange(await FindingsAsync(lab));
        lines.Add(await NodesAsync(lab));
        lines.AddRange((await lab.Manager.DockerAsync(["ps", "--all", "--format", "{{.Names}} on h4 {{.State}}"], Cancel)).Split('\n').Order(StringComparer.Ordinal));
        foreach (var host in lab.Lab.LegacyHosts)
            lines.Add(await HostAsync(host));
        return string.Join('\n', lines);
    }

    /// <summary>Waits until everything is as it was, and tells what is not.</summary>
    public static Task SnapshotIsAsync(this MigrationLab lab, string expected, string when) => IsAsync(lab.SnapshotAsync, expected, when);

    /// <summary>Waits until the containers are as they were in a snapshot; an engine that was killed at the end may still be starting them.</summary>
    public static Task ContainersAreAsync(this MigrationLab lab, string snapshot, string when) => IsAsync(lab.IdentitiesAsync, string.Join('\n', lab.Identities(snapshot)), when);

    /// <summary>
    /// An engine that was killed after its host had retired may leave containers down for good, as in any swarm (docs/decisions/025). Gives it a minute, and starts what it left, as an operator does.
    /// </summary>
    /// <param name="say">Is told which, and what the engine says of it.</param>
    public static async Task StartLeftDownAsync(this MigrationLab lab, string snapshot, Action<string> say)
    {
        var expected = string.Join('\n', lab.Identities(snapshot));
        var since = TimeProvider.System.GetTimestamp();
        while (await TryAsync(lab.IdentitiesAsync) != expected && TimeProvider.System.GetElapsedTime(since) < OfEngine)
            await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
        foreach (var host in lab.Lab.LegacyHosts)
            foreach (var name in (await host.DockerAsync(["ps", "--all", "--filter", "status=exited", "--filter", "status=created", "--format", "{{.Names}}"], Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                if ((await host.DockerAsync(["inspect", "--format", "{{.HostConfig.RestartPolicy.Name}} {{.State.Error}}", name], Cancel)).Split(' ', 2) is ["always", var error])
                {
                    say($"  {name} of {host.Name} was not started by its engine, and is started by hand: {error}");
                    await StartByHandAsync(host, name);
                }
    }

    /// <summary>As <c>audit --retired</c> says. A start that is not refused for the engine's own attachment, which nobody answered, goes without asking.</summary>
    private static async Task StartByHandAsync(LabHost host, string name)
    {
        if ((await host.ExecAsync(["docker", "start", name], Cancel)).ExitCode == 0)
            await host.DockerAsync(["restart", name], Cancel);
        else
            await Wait.UntilAsync(async () => (await host.ExecAsync(["docker", "start", name], Cancel)).ExitCode == 0, OfEngine, $"docker start {name}", Cancel);
    }

    private static IEnumerable<string> Identities(this MigrationLab lab, string snapshot) => snapshot.Split('\n').Take(lab.Containers.Count);

    private static async Task IsAsync(Func<Task<string>> look, string expected, string when)
    {
        var now = "";
        try
        {
            await Wait.UntilAsync(async () => await TryAsync(look) is { } seen && (now = seen) == expected, Settling, when, Cancel);
        }
        catch (OverlayBridge.Lab.LabException)
        {
            string[] before = expected.Split('\n'), after = now.Split('\n');
            Assert.Fail($"{when}: not as it should be\n  - {string.Join("\n  - ", before.Except(after))}\n  + {string.Join("\n  + ", after.Except(before))}");
        }
    }

    /// <summary>Null: an engine does not answer yet.</summary>
    private static async Task<string?> TryAsync(Func<Task<string>> look)
    {
        try
        {
            return await look();
        }
        catch (OverlayBridge.Lab.LabException)
        {
            return null;
        }
    }

    private static async Task<IEnumerable<string>> EndpointsAsync(MigrationLab lab)
    {
        using var document = JsonDocument.Parse(await lab.RunAsync("inspect", lab.Bridge, "-o", "json"));
        return [.. document.RootElement.GetProperty("networks").EnumerateArray().SelectMany(static network => network.GetProperty("endpoints").EnumerateArray())
            .Select(static endpoint => string.Join(' ', new[] { "name", "address", "mac", "host" }.Select(field => endpoint.GetProperty(field).GetString())))
            .Order(StringComparer.Ordinal).Select(static line => $"endpoint {line}")];
    }

    private static async Task<IEnumerable<string>> FindingsAsync(MigrationLab lab)
    {
        var audit = await BridgeLab.RunAsync(lab.Lab.Nodes["fabric"], ["audit", lab.Bridge, "--bridge", lab.Bridge, "-o", "json"]);
        using var document = JsonDocument.Parse(audit.Output);
        // What is only worth knowing counts what restarts of engines leave, as they always do.
        return [.. document.RootElement.GetProperty("findings").EnumerateArray().Where(static finding => finding.GetProperty("severity").GetString() != "info")
            .Select(static finding => $"finding {finding.GetProperty("name").GetString()} {finding.GetProperty("message").GetString()}").Order(StringComparer.Ordinal)];
    }

    private static async Task<string> NodesAsync(MigrationLab lab)
    {
        // One without a name was given to an engine that was killed while it joined; the manager's agent takes it off the list when the next host asks, from a minute later on.
        var nodes = await lab.Manager.DockerAsync(["node", "ls", "--format", "{{if .Hostname}}node {{.Hostname}} {{.Status}}{{end}}"], Cancel);
        var networks = await lab.Manager.DockerAsync(["network", "ls", "--filter", "driver=overlay", "--format", "swarm network {{.Name}}"], Cancel);
        return string.Join('\n', nodes.Split('\n', StringSplitOptions.RemoveEmptyEntries).Concat(networks.Split('\n')).Order(StringComparer.Ordinal));
    }

    private static async Task<string> HostAsync(LabHost host)
    {
        var containers = await host.DockerAsync(["ps", "--all", "--format", "{{.Names}}"], Cancel);
        var networks = await host.DockerAsync(["network", "ls", "--filter", "driver=overlay", "--format", "{{.Name}} {{.Scope}}"], Cancel);
        var daemon = await File.ReadAllTextAsync(Path.Combine(host.Folder, "etc/docker/daemon.json"), Cancel);
        return $"{host.Name}: {await MigrationRun.SwarmAsync(host)}; {string.Join(' ', containers.Split('\n').Order(StringComparer.Ordinal))}; " +
            $"{string.Join(", ", networks.Split('\n').Order(StringComparer.Ordinal))}; {daemon.ReplaceLineEndings(" ")}; " +
            $"notes: {File.Exists(Path.Combine(host.Folder, "agent/agent/conversion.json"))}";
    }
}
