using System.CommandLine;
using OverlayBridge.Commands.Migrate;

namespace OverlayBridge.Commands.Plans;

/// <summary><c>plan</c>: plan files of the staged cutover.</summary>
internal static class PlanCommand
{
    public static Command Create() => new("plan", "Plan the cutover: which hosts go over in which stage, and what must hold in between")
    {
        CreateCommand.Create(),
        ValidateCommand.Create(),
        ShowCommand.Create(),
        DiffCommand.Create(),
        RefreshCommand.Create(),
        SimulateCommand.Create(),
        SchemaCommand.Create(),
    };
}
