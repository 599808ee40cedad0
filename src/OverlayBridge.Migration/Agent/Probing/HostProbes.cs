using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using OverlayBridge.DataPlane.Namespaces;
using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.Engines;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Probing;

/// <summary>
/// Probes from the host's own network, or from that of a container: sockets are made inside its namespace, and names asked of its own resolver, so that a
/// probe sees what the container's program would.
/// </summary>
internal sealed class HostProbes(IEngineControl engine, TimeProvider time) : IProbeEdge
{
    private readonly ConcurrentDictionary<string, int> processes = new(StringComparer.Ordinal);

    public async Task<string?> TryAsync(ProbeTaskRecord task, CancellationToken token)
    {
        try
        {
            return task.Target switch
            {
                ProbeTarget.Tcp tcp => await TcpAsync(task.Container, tcp, token),
                ProbeTarget.Http http => await HttpAsync(task.Container, http.Address, token),
                ProbeTarget.Exec exec => await ExecAsync(task.Container, exec, token),
                _ => $"this agent does not know the target {task.Target.GetType().Name}",
            };
        }
        catch (Exception e) when (e is SocketException or HttpRequestException or IOException or NetlinkException or UnauthorizedAccessException or ProbeException)
        {
            if (task.Container is { } container)
                processes.TryRemove(container, out _);
            return e.GetBaseException().Message;
        }
        catch (EngineException e)
        {
            return $"{e.Message} {e.Cause}";
        }
    }

    private async Task<string?> TcpAsync(string? container, ProbeTarget.Tcp target, CancellationToken token)
    {
        using var socket = await ConnectAsync(container, target.Host, target.Port, token);
        return null;
    }

    /// <summary>A connection of its own for each try: a kept one would not notice that a new one is refused.</summary>
    private async Task<string?> HttpAsync(string? container, Uri address, CancellationToken token)
    {
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectCallback = async (context, limited) =>
                new NetworkStream(await ConnectAsync(container, context.DnsEndPoint.Host, context.DnsEndPoint.Port, limited), ownsSocket: true),
        };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using var answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, token);
        return (int)answer.StatusCode is >= 200 and < 400 ? null : $"status {(int)answer.StatusCode}";
    }

    private async Task<string?> ExecAsync(string? container, ProbeTarget.Exec target, CancellationToken token)
    {
        if (container is null)
            return "a command is run in a container, and the probe names none";
        var outcome = await engine.ExecAsync(container, target.Command, token);
        return outcome.ExitCode == 0 ? null : $"exit code {outcome.ExitCode}{(outcome.Output.Length > 0 ? $": {outcome.Output}" : "")}";
    }

    private async Task<Socket> ConnectAsync(string? container, string host, int port, CancellationToken token)
    {
        var process = container is null ? 0 : await ProcessAsync(container, token);
        ImmutableArray<IPAddress> addresses = IPAddress.TryParse(host, out var known) ? [known]
            : container is null ? [.. await Dns.GetHostAddressesAsync(host, AddressFamily.InterNetwork, token)]
            : await ContainerResolver.ResolveAsync(process, host, token);
        if (addresses.IsEmpty)
            throw new ProbeException($"the name {host} has no address");
        return await StaggeredConnect.AnyAsync(addresses, (address, one) => ConnectAsync(container is null ? null : process, new IPEndPoint(address, port), one), time, token);
    }

    /// <param name="process">Of a container; null for the host itself.</param>
    private static async Task<Socket> ConnectAsync(int? process, IPEndPoint target, CancellationToken token)
    {
        var socket = process is { } inside
            ? await NamespaceSockets.OpenAsync(ContainerResolver.NamespaceOf(inside), SocketType.Stream, ProtocolType.Tcp)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(target, token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<int> ProcessAsync(string container, CancellationToken token)
    {
        if (processes.TryGetValue(container, out var known) && File.Exists(ContainerResolver.NamespaceOf(known)))
            return known;
        var detail = await engine.DetailAsync(container, token) ?? throw new ProbeException($"there is no container {container}");
        if (!detail.IsRunning || detail.ProcessId == 0)
            throw new ProbeException($"the container {container} is {detail.State}");
        return processes[container] = detail.ProcessId;
    }
}
