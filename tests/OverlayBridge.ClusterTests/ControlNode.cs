using OverlayBridge.Lab.Nodes;
using OverlayBridge.Lab.Processes;
using OverlayBridge.LabTests;

namespace OverlayBridge.ClusterTests;

/// <summary>One <c>overlaybridge serve</c> on a machine of its own. Its clients are on the same machine: whatever cuts that off from others, they reach it.</summary>
internal sealed class ControlNode : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly string _program;
    private NodeProcess? _process;

    /// <param name="program">Name of the process and of its folder, free on the machine.</param>
    public ControlNode(LabNode machine, string program)
    {
        Machine = machine;
        _program = program;
        Folder = $"{machine.Folder}/{program}";
        Client = new HttpClient(machine.CreateHttpHandler()) { BaseAddress = new Uri($"http://{Http}"), Timeout = ClientLimit };
    }

    /// <summary>The built overlaybridge command.</summary>
    public static string BridgeCommand { get; } = Path.Combine(AppContext.BaseDirectory, "overlaybridge");

    /// <summary>More than a node ever takes to say that it does not know: only what hangs exceeds it.</summary>
    public static TimeSpan ClientLimit => TimeSpan.FromSeconds(30);

    public LabNode Machine { get; }

    public string Name => Machine.Name;

    public string Http => $"{Machine.Address}:8500";

    public string Raft => $"{Machine.Address}:8300";

    /// <summary>Made by the node when it is missing, with the data folder in it.</summary>
    public string Folder { get; }

    public string Data => $"{Folder}/data";

    public HttpClient Client { get; }

    public bool IsRunning => _process is { IsRunning: true };

    public string Log => _process?.ReadLog() ?? "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts it; does not wait until it serves.</summary>
    public async Task StartAsync(params IReadOnlyList<string> options) => _process = await Machine.StartAsync(
        _program,
        [
            BridgeCommand, "serve", "--data", Data, "--http", Http, "--raft", Raft, "--node-name", Name, "--allow-remote-without-token",
            .. options,
        ],
        Cancel);

    /// <summary>Ends it at once; its exit code.</summary>
    public async Task<int?> KillAsync() => _process is null ? null : await _process.KillAsync(CancellationToken.None);

    /// <summary>SIGTERM; its exit code.</summary>
    public async Task<int?> StopAsync() => _process is null ? null : await _process.StopAsync(StopLimit, Cancel);

    /// <summary>Waits until it ends by itself; its exit code.</summary>
    public async Task<int?> EndAsync() => _process is null ? null : await _process.WaitForExitAsync(StopLimit, Cancel);

    public void Pause() => _process?.Pause();

    public void Resume() => _process?.Resume();

    public ValueTask DisposeAsync() => Teardowns.EndAsync(async () =>
    {
        if (IsRunning)
            await KillAsync();
        Client.Dispose();
    });
}
