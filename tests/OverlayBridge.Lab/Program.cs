using OverlayBridge.Lab;
using OverlayBridge.Lab.Commands;

try
{
    return await LabCommand.Create().Parse(LiteralArguments.After("exec", args))
        .InvokeAsync(new() { EnableDefaultExceptionHandler = false });
}
catch (LabException e)
{
    await Console.Error.WriteLineAsync($"error: {e.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("interrupted; what was started has been taken down");
    return 130;
}
