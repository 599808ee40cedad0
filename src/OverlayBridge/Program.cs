using System.Runtime.InteropServices;
using OverlayBridge.Commands;
using OverlayBridge.Terminal;

var signalCode = ExitCode.Interrupted;
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, ExitCode.Interrupted));
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, ExitCode.Terminated));

return await CommandLineApplication
    .RunAsync(args, Surroundings.OfProcess(), () => Volatile.Read(ref signalCode), stop.Token)
    .ConfigureAwait(false);

// The first signal asks the command to stop; the second one is left to the system, which ends the process at once.
void Stop(PosixSignalContext signal, int code)
{
    signal.Cancel = !stop.IsCancellationRequested;
    Volatile.Write(ref signalCode, code);
    stop.Cancel();
}
