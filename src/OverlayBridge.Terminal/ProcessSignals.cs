using System.Runtime.InteropServices;

namespace OverlayBridge.Terminal;

/// <summary>Asks the command to stop at the first SIGINT or SIGTERM; the second one is left to the system, which ends the process at once.</summary>
public sealed class ProcessSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private int _code = Terminal.ExitCode.Interrupted;

    public ProcessSignals()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, Terminal.ExitCode.Interrupted));
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, Terminal.ExitCode.Terminated));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>The exit code for the signal that came.</summary>
    public int ExitCode => Volatile.Read(ref _code);

    public void Dispose()
    {
        _terminate.Dispose();
        _interrupt.Dispose();
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext signal, int code)
    {
        signal.Cancel = !_stop.IsCancellationRequested;
        Volatile.Write(ref _code, code);
        _stop.Cancel();
    }
}
