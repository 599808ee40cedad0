using System.Net;
using OverlayBridge.Lab.Nodes;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.Lab.Engines;

/// <summary>A node with a Docker engine.</summary>
public sealed class LabHost : LabNode
{
    /// <summary>The image that every engine of the lab has; see <see cref="LabContainer"/>.</summary>
    public const string Image = "lab:1";

    internal LabHost(LabFolder lab, string name, IPAddress address, Fabric fabric, EngineRelease release)
        : base(lab, name, address, fabric)
    {
        Release = release;
        Engine = new LabEngine(this);
        Environment = new Dictionary<string, string>
        {
            ["PATH"] = release.SearchPath,
            ["DOCKER_CONFIG"] = lab.DockerConfigPath,
            ["DOCKER_HOST"] = "unix:///var/run/docker.sock",
        };
    }

    private const int MostAttempts = 4;

    public EngineRelease Release { get; }

    public bool IsLegacy => Release == EngineRelease.Legacy;

    public LabEngine Engine { get; }

    /// <summary>The engine's socket as this machine sees it. On the host itself it is also at /var/run/docker.sock.</summary>
    public string DockerSocket => $"{Folder}/docker.sock";

    /// <summary>The file for an agent's <c>--engine-control</c>: there is no systemd here.</summary>
    public string EngineControl => $"{Folder}/engine-control.json";

    internal override IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Runs the CLI of the engine's own version on the host. Gives its output without trailing white space.</summary>
    /// <exception cref="LabException">The command failed.</exception>
    public async Task<string> DockerAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var result = await ExecAsync(["docker", .. arguments], cancellationToken).ConfigureAwait(false);
        return result.Success();
    }

    /// <summary>Runs Compose on the host: version 1 on a legacy host, version 2 on a modern one.</summary>
    /// <param name="file">The Compose file; the project folder is where it is.</param>
    public async Task<string> ComposeAsync(string file, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(file);
        var result = await ExecAsync(
            [Release.ComposePath, "--project-directory", Path.GetDirectoryName(path)!, "--file", path, .. arguments],
            cancellationToken).ConfigureAwait(false);
        return result.Success();
    }

    /// <summary>Runs a container of the lab's image that serves its name by HTTP.</summary>
    /// <param name="name">Two characters or more; also its host name, and so what it answers.</param>
    /// <param name="options">Further options of docker run.</param>
    public async Task<LabContainer> RunAsync(
        string name, string network, CancellationToken cancellationToken, params IReadOnlyList<string> options)
    {
        for (var attempt = 1; ; attempt++)
        {
            var run = await ExecAsync(
                ["docker", "run", "--detach", "--name", name, "--hostname", name, "--network", network, .. options, Image], cancellationToken)
                .ConfigureAwait(false);
            if (attempt == MostAttempts || !IsRandomFault(run))
                return new LabContainer(this, run.Success(), name);
            await ExecAsync(["docker", "rm", "--force", name], cancellationToken).ConfigureAwait(false);
            // What it had begun to make stays in the store, and would have the next attempt refused: "endpoint with name … already exists".
            await ExecAsync(["docker", "network", "disconnect", "--force", network, name], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes all containers of this host that are on a network, running or not.</summary>
    public async Task RemoveContainersAsync(string network, CancellationToken cancellationToken)
    {
        var listed = await ExecAsync(["docker", "ps", "--all", "--quiet", "--filter", $"network={network}"], cancellationToken).ConfigureAwait(false);
        if (listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } left)
            await ExecAsync(["docker", "rm", "--force", .. left], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes a network as soon as it can be removed, with endpoints that an engine's fault has left in the store. None of that name is well too.</summary>
    /// <exception cref="LabException">It is still there after the time limit.</exception>
    public Task RemoveNetworkAsync(string name, TimeSpan limit, CancellationToken cancellationToken) => Wait.UntilSuccessAsync(
        async () =>
        {
            var removed = await ExecAsync(["docker", "network", "rm", name], cancellationToken).ConfigureAwait(false);
            if (removed.ExitCode != 0 && IsLegacy && removed.Error.Contains("active endpoints", StringComparison.Ordinal))
                await DisconnectAllAsync(name, cancellationToken).ConfigureAwait(false);
            return removed.ExitCode != 0 && await HasNoNetworkAsync(name, cancellationToken).ConfigureAwait(false) ? removed with { ExitCode = 0 } : removed;
        },
        limit, $"removal of network {name}", cancellationToken);

    private async Task<bool> HasNoNetworkAsync(string name, CancellationToken cancellationToken)
    {
        var listed = await ExecAsync(["docker", "network", "ls", "--format", "{{.Name}}"], cancellationToken).ConfigureAwait(false);
        return listed.ExitCode == 0 && !listed.Output.Split('\n', StringSplitOptions.TrimEntries).Contains(name);
    }

    private async Task DisconnectAllAsync(string network, CancellationToken cancellationToken)
    {
        var names = await ExecAsync(
            ["docker", "network", "inspect", "--format", "{{range .Containers}}{{.Name}} {{end}}", network], cancellationToken).ConfigureAwait(false);
        foreach (var name in names.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            await ExecAsync(["docker", "network", "disconnect", "--force", network, name], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// After an overlay's last container has left, a thread of engine 20.10.5 can stay behind in the dead namespace; whatever runs on it later cannot
    /// reach the store, about one command of two hundred.
    /// </summary>
    private bool IsRandomFault(ExecResult run) =>
        run.ExitCode != 0 && IsLegacy &&
        (run.Error.Contains("network is unreachable", StringComparison.Ordinal) ||
         (run.Error.Contains("network ", StringComparison.Ordinal) && run.Error.Contains(" not found", StringComparison.Ordinal)));

    /// <summary>The running containers with a label, such as those of a Compose project or a swarm service.</summary>
    public async Task<IReadOnlyList<LabContainer>> ContainersAsync(string label, CancellationToken cancellationToken)
    {
        var lines = await DockerAsync(
            ["ps", "--no-trunc", "--filter", $"label={label}", "--format", "{{.ID}} {{.Names}}"], cancellationToken).ConfigureAwait(false);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .Select(words => new LabContainer(this, words[0], words[1]))];
    }

    /// <summary>The overlay driver's namespace of a network on this host.</summary>
    /// <param name="networkId">The full id.</param>
    public OverlayNamespace OverlayNamespace(string networkId) => new(this, networkId);

    /// <summary>Loss of power: everything on the host ends at once, nothing is cleaned up, the disk stays.</summary>
    public Task PowerOffAsync(CancellationToken cancellationToken) => NodeBoot.EndAsync(Folder, cancellationToken);

    /// <summary>Boots the host again and starts its engine.</summary>
    public async Task PowerOnAsync(CancellationToken cancellationToken)
    {
        await BootAsync(cancellationToken).ConfigureAwait(false);
        await Engine.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>First boot: configuration, engine, image.</summary>
    internal async Task InstallAsync(string? clusterStore, CancellationToken cancellationToken)
    {
        await ExecAsync(["mkdir", "-p", "/etc/docker"], cancellationToken).ConfigureAwait(false);
        var written = await ExecAsync(
            ["tee", DaemonJson.Path], cancellationToken, input: DaemonJson.For(this, clusterStore)).ConfigureAwait(false);
        written.Success();
        await EngineScripts.WriteAsync(this, cancellationToken).ConfigureAwait(false);
        await Engine.StartAsync(cancellationToken).ConfigureAwait(false);
        await DockerAsync(
            ["import", "--change", """CMD ["/bin/serve"]""", Installation.ImageTar, Image], cancellationToken).ConfigureAwait(false);
    }
}
