using OverlayBridge.Lab;
using OverlayBridge.Lab.Commands;

try
{
    // Ctrl-C and SIGTERM cancel the command; the time is for taking down what it had started.
    return await LabCommand.Create().Parse(LiteralArguments.After("exec", args)).InvokeAsync(
        new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(60) });
}
catch (LabException e)
{
    await Console.Error.WriteLineAsync($"error: {e.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("interrupted");
    return 130;
}
