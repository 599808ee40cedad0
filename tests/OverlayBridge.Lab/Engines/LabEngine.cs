using System.Net.Sockets;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.Lab.Engines;

/// <summary>The Docker engine of a host.</summary>
public sealed class LabEngine
{
    private const string ProcessName = "dockerd";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    // An engine gives its containers ten seconds, and itself five more; 31 s were seen after a failed attach.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private readonly LabHost _host;

    internal LabEngine(LabHost host)
    {
        _host = host;
        Process = NodeProcess.Find(host, ProcessName);
    }

    public bool IsRunning => Process.IsRunning;

    public string LogPath => Process.LogPath;

    private NodeProcess Process { get; }

    /// <summary>Starts it and waits until its API answers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        File.Delete(_host.DockerSocket); // a killed engine leaves it behind
        var process = await _host.StartAsync(ProcessName, ["dockerd"], cancellationToken).ConfigureAwait(false);
        using var client = CreateApiClient();
        await Wait.UntilAsync(
            async () => !process.IsRunning || await AnswersAsync(client, cancellationToken).ConfigureAwait(false), StartLimit,
            $"start of the engine of {_host.Name}", cancellationToken).ConfigureAwait(false);
        if (!process.IsRunning)
            throw process.Ended("while starting");
    }

    /// <summary>Stops it as a service manager does; its containers stop too.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Process.StopAsync(StopLimit, cancellationToken);

    /// <summary>SIGKILL: the containers go on running.</summary>
    public Task KillAsync(CancellationToken cancellationToken) => Process.KillAsync(cancellationToken);

    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await StopAsync(cancellationToken).ConfigureAwait(false);
        await StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// A fault of 20.10.5: when an overlay network's last container leaves the host, the thread that watched the network's
    /// namespace goes back to the pool without leaving it. Calls that later run on that thread fail with "network is
    /// unreachable", at random, and leave endpoints behind. Only a restart helps. This says whether there is such a thread.
    /// </summary>
    public bool HasStrayThread => Process.Pid is { } pid && ProcFs.ThreadNetworkNamespaces(pid)
        .Except(ProcFs.MountedNamespaces(pid)).Except(ProcFs.ThreadNetworkNamespaces(_host.InitPid)).Any();

    /// <summary>Restarts the engine if it has a stray thread; its containers without a restart policy then stop.</summary>
    public async Task CureAsync(CancellationToken cancellationToken)
    {
        if (HasStrayThread)
            await RestartAsync(cancellationToken).ConfigureAwait(false);
    }

    internal async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var client = CreateApiClient();
        return await AnswersAsync(client, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> AnswersAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.GetAsync(new Uri("/_ping", UriKind.Relative), cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // no socket yet, or nobody listens on it
        }
    }

    private HttpClient CreateApiClient() => new(
        new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(_host.DockerSocket), cancellationToken).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        })
    {
        BaseAddress = new Uri("http://docker"),
    };
}
