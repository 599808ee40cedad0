using System.Diagnostics;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.Lab;

/// <summary>
/// Ties a lab to the life of this process: a lock that others see, and a supervising child that waits on a pipe. When this
/// process ends without having said that all is well, by Ctrl-C, SIGTERM or SIGKILL, the pipe breaks and the child takes the
/// lab down.
/// </summary>
internal sealed class Ownership : IAsyncDisposable
{
    // In a session of its own, so that Ctrl-C at the terminal does not end it too.
    private const string Supervise = """read -r word || exec "$@" """;

    private readonly FileStream _lock;
    private readonly Process _supervisor;

    private Ownership(FileStream ownerLock, Process supervisor)
    {
        _lock = ownerLock;
        _supervisor = supervisor;
    }

    public static Ownership Take(LabFolder folder)
    {
        var ownerLock = folder.TakeOwnership();
        var info = Exec.StartInfo(
            ["setsid", "sh", "-c", Supervise, "sh", Installation.LabCommand, "down", "--name", folder.Name], environment: null);
        info.RedirectStandardInput = true;
        return new Ownership(ownerLock, Process.Start(info)!);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _supervisor.StandardInput.WriteLineAsync("done").ConfigureAwait(false);
            _supervisor.StandardInput.Close();
        }
        catch (IOException) when (_supervisor.HasExited)
        {
            // Somebody killed it: there is nobody left to be told.
        }

        await _supervisor.WaitForExitAsync().ConfigureAwait(false);
        _supervisor.Dispose();
        await _lock.DisposeAsync().ConfigureAwait(false);
    }
}
