using System.CommandLine;
using OverlayBridge.Plans;
using OverlayBridge.Reports.Plans;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Plans;

/// <summary><c>plan validate FILE</c>: everything that is wrong with a plan file.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("validate", "Say everything that is wrong with a plan file, each with line and column")
        {
            Examples = [("overlaybridge plan validate plan.yaml", "Looks at the file alone; 'migrate start --dry-run' compares it with the world, too.")],
            ExitCodes = [(ExitCode.Success, "the plan is valid"), (ExitCode.Error, "the file cannot be read"), (ExitCode.Differences, "something is wrong with it")],
        };
        var file = PlanArgument.AddTo(command);
        command.SetAction((parse, token) => RunAsync(parse, parse.GetRequiredValue(file), token));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, string file, CancellationToken token)
    {
        var reading = await PlanFiles.JudgeAsync(file, token).ConfigureAwait(false);
        await CommandOutput.Of(parse).WriteReportAsync(new PlanValidationReport(Document(reading)), token).ConfigureAwait(false);
        return reading.Faults.IsEmpty ? ExitCode.Success : ExitCode.Differences;
    }

    private static PlanValidationDocument Document(PlanReading reading) => new(
        PlanValidationDocument.CurrentFormatVersion, reading.File, reading.Plan is { Name.Length: > 0 } plan ? plan.Name : null,
        reading.Plan?.Hosts.Length ?? 0, reading.Plan?.Hosts.Sum(static host => host.Containers.Length) ?? 0, reading.Plan?.Stages.Length ?? 0,
        [.. reading.Faults.Select(static fault => new PlanFaultLine(fault.At.Line, fault.At.Column, fault.Message, fault.Cause, fault.Remedy))]);
}
