using System.Diagnostics;
using System.Globalization;
using OverlayBridge.Lab.Nodes;

namespace OverlayBridge.Lab.Processes;

/// <summary>
/// A program that runs on a node of the lab for as long as it likes, its output in a log file. It outlives the process
/// that started it, so that a lab can be kept; it never outlives its node.
/// </summary>
public sealed class NodeProcess
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);

    // $1 marker, $2 log, then the command. The marker is opened first thing, so there is no moment without it.
    private const string Detached = """exec 9>"$1" >>"$2" 2>&1 </dev/null; shift 2; exec setsid "$@" """;

    // Inside the node: says its process id there.
    private const string Announced = """echo $$ >&9; exec "$@" """;

    private readonly LabNode _node;
    private readonly MarkedProcess _process;
    private readonly Process? _launcher;

    private NodeProcess(LabNode node, string name, Process? launcher)
    {
        _node = node;
        Name = name;
        _process = new MarkedProcess($"{node.Folder}/{name}.marker", InnerPid);
        _launcher = launcher;
    }

    public string Name { get; }

    /// <summary>What it wrote to stdout and stderr, over all starts under this name.</summary>
    public string LogPath => $"{_node.Folder}/{Name}.log";

    /// <summary>Its process id on this machine, or null when it is not running.</summary>
    public int? Pid => _process.Pid;

    public bool IsRunning => Pid is not null;

    private string Marker => _process.Marker;

    public string ReadLog() => File.Exists(LogPath) ? ReadShared(LogPath) : string.Empty;

    /// <summary>The process that was started on the node under this name, by this process or another.</summary>
    internal static NodeProcess Find(LabNode node, string name) => new(node, name, null);

    internal static async Task<NodeProcess> StartAsync(
        LabNode node, string name, IReadOnlyList<string> command,
        IReadOnlyDictionary<string, string>? environment, CancellationToken cancellationToken)
    {
        var found = Find(node, name);
        if (found.IsRunning)
            throw new LabException($"{name} was not started on {node.Name}", "it is running already", "stop it first, or use another name");
        File.Delete(found.Marker);
        var launcher = Launch(
            found.Marker, found.LogPath, [.. node.EnterCommand, "sh", "-c", Announced, "sh", .. command],
            node.EnvironmentWith(environment));
        var process = new NodeProcess(node, name, launcher);
        await Wait.UntilAsync(
            () => launcher.HasExited || process.InnerPid() is not null, StartLimit, $"start of {name} on {node.Name}",
            cancellationToken).ConfigureAwait(false);
        return process;
    }

    /// <summary>Starts a command in a session of its own, detached from this process's terminal and pipes.</summary>
    internal static Process Launch(
        string marker, string log, IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment) =>
        Process.Start(Exec.StartInfo(["sh", "-c", Detached, "sh", marker, log, .. command], environment))!;

    /// <summary>Waits for its end. Gives the exit code, 128 + the signal if one ended it; null when another process started it.</summary>
    public Task<int?> WaitForExitAsync(TimeSpan limit, CancellationToken cancellationToken) => WaitForExitAsync(Pid, limit, cancellationToken);

    /// <summary>Asks it to end (SIGTERM) and waits until it did.</summary>
    /// <exception cref="LabException">It did not end within the limit; it goes on running.</exception>
    public Task<int?> StopAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        SignalAsync(Native.SigTerm, limit, cancellationToken);

    /// <summary>Ends it at once (SIGKILL), as a crash does.</summary>
    public Task<int?> KillAsync(CancellationToken cancellationToken) =>
        SignalAsync(Native.SigKill, KillLimit, cancellationToken);

    /// <summary>Makes it stand still (SIGSTOP), as a machine does that hangs: its connections stay open.</summary>
    public void Pause() => Signal(Native.SigStop);

    /// <summary>Undoes <see cref="Pause"/>.</summary>
    public void Resume()
    {
        Signal(Native.SigContinue);
        // nsenter stands still with what it started, and does not go on with it.
        if (_launcher is { HasExited: false })
            Native.Signal(_launcher.Id, Native.SigContinue);
    }

    /// <summary>Waits until a text stands in the log, counted from an offset in characters.</summary>
    /// <exception cref="LabException">It ended before, or the limit passed; the end of the log is in the message.</exception>
    public async Task WaitForLogAsync(string text, TimeSpan limit, CancellationToken cancellationToken, int offset = 0)
    {
        await Wait.UntilAsync(() => !IsRunning || Logged(), limit, $"'{text}' in the log of {Name}", cancellationToken).ConfigureAwait(false);
        if (!Logged())
            throw Ended($"before it logged '{text}'");

        bool Logged() => ReadLog() is var log && log.Length > offset && log.AsSpan(offset).Contains(text, StringComparison.Ordinal);
    }

    internal LabException Ended(string when)
    {
        var log = ReadLog().TrimEnd();
        return new LabException($"{Name} on {_node.Name} ended {when}", log.Length > 2000 ? log[^2000..] : log, $"see {LogPath}");
    }

    private void Signal(int signal)
    {
        if (Pid is { } pid)
            Native.Signal(pid, signal);
    }

    private async Task<int?> SignalAsync(int signal, TimeSpan limit, CancellationToken cancellationToken)
    {
        var running = Pid;
        if (running is { } pid)
            Native.Signal(pid, signal);
        return await WaitForExitAsync(running, limit, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int?> WaitForExitAsync(int? pid, TimeSpan limit, CancellationToken cancellationToken)
    {
        await Wait.UntilAsync(
            () => (pid is null || ProcFs.IsReaped(pid.Value)) && _launcher is not { HasExited: false }, limit,
            $"end of {Name} on {_node.Name}", cancellationToken).ConfigureAwait(false);
        return _launcher?.ExitCode;
    }

    private int? InnerPid() =>
        File.Exists(Marker) && int.TryParse(ReadShared(Marker), CultureInfo.InvariantCulture, out var pid) ? pid : null;

    private static string ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
