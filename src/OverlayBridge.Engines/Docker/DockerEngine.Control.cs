using System.Collections.Immutable;
using System.Net;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using OverlayBridge.Engines.Facts;

namespace OverlayBridge.Engines.Docker;

public sealed partial class DockerEngine : IEngineControl
{
    /// <summary>The start of a container whose address the swarm does not give takes 20 s to fail; a busy host is slower.</summary>
    private static readonly TimeSpan ChangeLimit = TimeSpan.FromSeconds(90);

    private const int ParallelInspections = 8;
    private const int MaxOutput = 4096;

    public async Task<EngineSetup> SetupAsync(CancellationToken token)
    {
        const string What = "read the engine's setup";
        var info = await http.GetAsync("info", What, EngineJson.Default.InfoAnswer, token).ConfigureAwait(false)
            ?? throw new EngineException($"Cannot {What} on the Docker engine at {Endpoint}.", "It answered 404.", "Check that this is a Docker engine.", 404);
        return new EngineSetup(
            info.Name ?? "", info.ServerVersion ?? "", info.ClusterStore ?? "", info.DockerRootDir ?? "", info.Architecture ?? "", info.LiveRestoreEnabled,
            info.Swarm?.NodeID ?? "", info.Swarm?.LocalNodeState is { Length: > 0 } state ? state : "inactive", info.Swarm?.ControlAvailable ?? false);
    }

    public async Task<ImmutableArray<ContainerDetail>> DetailsAsync(CancellationToken token)
    {
        var containers = await ContainersAsync(token).ConfigureAwait(false);
        var details = new ContainerDetail?[containers.Length];
        await Parallel.ForAsync(
            0, containers.Length, new ParallelOptions { MaxDegreeOfParallelism = ParallelInspections, CancellationToken = token },
            async (at, one) => details[at] = await DetailAsync(containers[at].Id, one).ConfigureAwait(false)).ConfigureAwait(false);
        return [.. details.OfType<ContainerDetail>().OrderBy(static detail => detail.Name, StringComparer.Ordinal)];
    }

    public Task<ContainerDetail?> DetailAsync(string container, CancellationToken token) => CallAsync<ContainerDetail?>(
        $"inspect container {container}",
        async limited =>
        {
            try
            {
                return DockerModels.Detail(await client.Containers.InspectContainerAsync(container, limited));
            }
            catch (DockerContainerNotFoundException)
            {
                return null;
            }
        },
        token);

    public Task ConnectAsync(string network, string container, IPAddress? address, ImmutableArray<string> aliases, CancellationToken token) => ChangeAsync(
        $"connect {container} to {network}",
        limited => client.Networks.ConnectNetworkAsync(
            network,
            new NetworkConnectParameters
            {
                Container = container,
                EndpointConfig = new EndpointSettings
                {
                    IPAMConfig = address is null ? null : new EndpointIPAMConfig { IPv4Address = address.ToString() },
                    Aliases = [.. aliases],
                },
            },
            limited),
        token);

    public Task DisconnectAsync(string network, string container, bool force, CancellationToken token) => ChangeAsync(
        $"disconnect {container} from {network}",
        async limited =>
        {
            try
            {
                await client.Networks.DisconnectNetworkAsync(network, new NetworkDisconnectParameters { Container = container, Force = force }, limited);
            }
            catch (DockerApiException e) when (e.StatusCode == HttpStatusCode.NotFound || Reason(e).Contains("is not connected to", StringComparison.Ordinal))
            {
                // It is not on it, which is what was asked for.
            }
        },
        token);

    public Task StartAsync(string container, CancellationToken token) => ChangeAsync(
        $"start {container}", limited => client.Containers.StartContainerAsync(container, new ContainerStartParameters(), limited), token);

    public Task StopAsync(string container, TimeSpan patience, CancellationToken token) => CallAsync(
        $"stop {container}",
        patience + CallLimit,
        limited => client.Containers.StopContainerAsync(container, new ContainerStopParameters { WaitBeforeKillSeconds = (uint)Math.Ceiling(patience.TotalSeconds) }, limited),
        token);

    public Task RemoveAsync(string container, CancellationToken token) => ChangeAsync(
        $"remove container {container}",
        async limited =>
        {
            try
            {
                await client.Containers.RemoveContainerAsync(container, new ContainerRemoveParameters { Force = true }, limited);
            }
            catch (DockerContainerNotFoundException)
            {
                // Gone is what was asked for.
            }
        },
        token);

    public async Task RunAsync(OwnContainer container, CancellationToken token)
    {
        var there = await DetailAsync(container.Name, token).ConfigureAwait(false);
        if (there is null)
            await MakeAsync(container, token).ConfigureAwait(false);
        else if (there.IsLeftDown)
            await MakeAnewAsync(container, token).ConfigureAwait(false);
        try
        {
            await StartAsync(container.Name, token).ConfigureAwait(false);
        }
        catch (EngineException e) when (e.IsOfBegunStart || e.IsOfHungAttachment)
        {
            await MakeAnewAsync(container, token).ConfigureAwait(false);
            await StartAsync(container.Name, token).ConfigureAwait(false);
        }
    }

    public Task<ExecOutcome> ExecAsync(string container, ImmutableArray<string> command, CancellationToken token) => CallAsync(
        $"run {command[0]} in {container}",
        ChangeLimit,
        async limited =>
        {
            var made = await client.Exec.CreateContainerExecAsync(
                container, new ContainerExecCreateParameters { Cmd = [.. command], AttachStdout = true, AttachStderr = true }, limited);
            using var stream = await client.Exec.StartContainerExecAsync(made.ID, new ContainerExecStartParameters(), limited);
            var output = await ReadAsync(stream, limited);
            var ended = await client.Exec.InspectContainerExecAsync(made.ID, limited);
            return new ExecOutcome(ended.ExitCode ?? -1, output);
        },
        token);

    public Task JoinSwarmAsync(string manager, string token, IPAddress own, CancellationToken cancel) => ChangeAsync(
        $"join the swarm at {manager}",
        limited => client.Swarm.JoinSwarmAsync(
            new SwarmJoinParameters { ListenAddr = "0.0.0.0:2377", AdvertiseAddr = own.ToString(), RemoteAddrs = [manager], JoinToken = token, Availability = "active" }, limited),
        cancel);

    public Task LeaveSwarmAsync(CancellationToken token) => ChangeAsync(
        "leave the swarm",
        async limited =>
        {
            try
            {
                await client.Swarm.LeaveSwarmAsync(new SwarmLeaveParameters(), limited);
            }
            catch (DockerApiException e) when (Reason(e).Contains("not part of a swarm", StringComparison.Ordinal))
            {
                // In none is what was asked for.
            }
        },
        token);

    public Task<string> WorkerTokenAsync(CancellationToken token) => CallAsync(
        "read the join token", async limited => (await client.Swarm.InspectSwarmAsync(limited)).JoinTokens.Worker, token);

    public Task<ImmutableArray<SwarmNode>> NodesAsync(CancellationToken token) => CallAsync(
        "list the swarm's nodes", async limited => (await client.Swarm.ListNodesAsync(limited)).Select(DockerModels.Node).ToImmutableArray(), token);

    public Task RemoveNodeAsync(string node, bool force, CancellationToken token) => ChangeAsync(
        $"remove node {node}",
        async limited =>
        {
            try
            {
                await client.Swarm.RemoveNodeAsync(node, force, limited);
            }
            catch (DockerApiException e) when (e.StatusCode == HttpStatusCode.NotFound)
            {
                // Gone is what was asked for.
            }
        },
        token);

    /// <summary>The beginning; the rest is read and dropped, so that the command is not held up.</summary>
    private static async Task<string> ReadAsync(MultiplexedStream stream, CancellationToken token)
    {
        var text = new StringBuilder();
        var piece = new byte[4096];
        while (await stream.ReadOutputAsync(piece, 0, piece.Length, token) is { EOF: false } read)
            if (text.Length < MaxOutput)
                text.Append(Encoding.UTF8.GetString(piece, 0, read.Count));
        return text.ToString(0, Math.Min(text.Length, MaxOutput)).Trim();
    }

    private Task<bool> ChangeAsync(string what, Func<CancellationToken, Task> change, CancellationToken token) => CallAsync(
        what,
        ChangeLimit,
        async limited =>
        {
            await change(limited);
            return true;
        },
        token);

    /// <summary>Under another id nothing is in its way, and nothing is in it that would be lost.</summary>
    private async Task MakeAnewAsync(OwnContainer container, CancellationToken token)
    {
        await RemoveAsync(container.Name, token).ConfigureAwait(false);
        await MakeAsync(container, token).ConfigureAwait(false);
    }

    private async Task MakeAsync(OwnContainer container, CancellationToken token)
    {
        await EnsureImageAsync(container, token).ConfigureAwait(false);
        await ChangeAsync(
            $"make container {container.Name}", limited => client.Containers.CreateContainerAsync(DockerModels.Create(container), limited), token).ConfigureAwait(false);
    }

    private async Task EnsureImageAsync(OwnContainer container, CancellationToken token)
    {
        var isThere = await CallAsync(
            $"look for image {container.Image}",
            async limited =>
            {
                try
                {
                    await client.Images.InspectImageAsync(container.Image, limited);
                    return true;
                }
                catch (DockerImageNotFoundException)
                {
                    return false;
                }
            },
            token).ConfigureAwait(false);
        if (isThere)
            return;
        var name = container.Image.Split(':');
        await ChangeAsync(
            $"make image {container.Image}",
            async limited =>
            {
                using var root = new MemoryStream(container.Root.ToArray());
                await client.Images.CreateImageAsync(
                    new ImagesCreateParameters { FromSrc = "-", Repo = name[0], Tag = name[1] }, root, new AuthConfig(), new Progress<JSONMessage>(), limited);
            },
            token).ConfigureAwait(false);
    }
}
