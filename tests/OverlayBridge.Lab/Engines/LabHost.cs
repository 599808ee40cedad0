using System.Net;
using OverlayBridge.Lab.Nodes;

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

    public EngineRelease Release { get; }

    public bool IsLegacy => Release == EngineRelease.Legacy;

    public LabEngine Engine { get; }

    /// <summary>The engine's socket as this machine sees it. On the host itself it is also at /var/run/docker.sock.</summary>
    public string DockerSocket => $"{Folder}/docker.sock";

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
        var id = await DockerAsync(
            ["run", "--detach", "--name", name, "--hostname", name, "--network", network, .. options, Image], cancellationToken)
            .ConfigureAwait(false);
        return new LabContainer(this, id, name);
    }

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
        await Engine.StartAsync(cancellationToken).ConfigureAwait(false);
        await DockerAsync(
            ["import", "--change", """CMD ["/bin/serve"]""", Installation.ImageTar, Image], cancellationToken).ConfigureAwait(false);
    }
}
