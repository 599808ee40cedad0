using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OverlayBridge.Tests.Serve;

/// <summary>A real <c>overlaybridge serve</c> process on loopback ports of its own.</summary>
internal sealed class ServeProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly StringBuilder _error = new();
    private readonly TaskCompletionSource _serving = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServeProcess(string data, string http, string raft, string[] options)
    {
        // With TLS the client trusts whom the node trusts.
        var authority = Array.IndexOf(options, "--tls-ca") is var at and >= 0 ? options[at + 1] : null;
        Address = new Uri($"{(authority is null ? "http" : "https")}://{http}");
        Raft = raft;
        Client = new HttpClient(authority is null ? new SocketsHttpHandler() : TestAuthority.Trusting(authority)) { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(1) };
        _process = new Process { StartInfo = StartInfo(["--data", data, "--http", http, "--raft", raft, .. options]) };
        _process.ErrorDataReceived += (_, line) => OnLine(line.Data);
        _process.Start();
        _process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    /// <summary>Where it listens for other control nodes.</summary>
    public string Raft { get; }

    /// <summary>Starts and waits until it serves.</summary>
    public static Task<ServeProcess> StartAsync(string data, CancellationToken cancellationToken) =>
        StartAsync(data, FreeAddress(), FreeAddress(), cancellationToken);

    /// <summary>The same on given addresses, with further options.</summary>
    public static async Task<ServeProcess> StartAsync(string data, string http, string raft, CancellationToken cancellationToken, params string[] options)
    {
        var process = new ServeProcess(data, http, raft, options);
        var exited = process._process.WaitForExitAsync(cancellationToken);
        var first = await Task.WhenAny(process._serving.Task, exited).WaitAsync(StartLimit, cancellationToken);
        Assert.True(first == process._serving.Task, $"serve did not start: {process.Error}");
        return process;
    }

    /// <summary>A serve that cannot start: its exit code and everything it says.</summary>
    public static async Task<CommandResult> FailAsync(CancellationToken cancellationToken, params string[] options)
    {
        using var process = Process.Start(StartInfo(options))!;
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new CommandResult(process.ExitCode, "", error);
    }

    public string Error
    {
        get
        {
            lock (_error)
                return _error.ToString();
        }
    }

    /// <summary>kill -9: nothing of the process runs any more when this returns.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    /// <summary>
    /// An address that nobody listens on, below the ports that the kernel gives to outgoing connections: one of those could
    /// be taken again before the process under test listens there.
    /// </summary>
    public static string FreeAddress()
    {
        while (true)
        {
            var address = new IPEndPoint(IPAddress.Loopback, Random.Shared.Next(20_000, 32_000));
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(address);
                return address.ToString();
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Taken: the next one.
            }
        }
    }

    private static ProcessStartInfo StartInfo(params string[] options) =>
        new(Path.Combine(AppContext.BaseDirectory, "overlaybridge"), ["serve", .. options]) { RedirectStandardError = true };

    private void OnLine(string? line)
    {
        lock (_error)
            _error.AppendLine(line);
        if (line?.StartsWith("Serving on", StringComparison.Ordinal) == true)
            _serving.TrySetResult();
    }
}
