using OverlayBridge.Commands;
using OverlayBridge.Terminal;

using var signals = new ProcessSignals();
return await CommandLineApplication
    .RunAsync(args, Surroundings.OfProcess(), () => signals.ExitCode, signals.Stopping)
    .ConfigureAwait(false);
