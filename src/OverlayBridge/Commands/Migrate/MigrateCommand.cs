using System.CommandLine;

namespace OverlayBridge.Commands.Migrate;

/// <summary><c>migrate</c>: a plan is carried out, stage by stage.</summary>
internal static class MigrateCommand
{
    public static Command Create() => new("migrate", "Carry a plan out: host by host, with gates, pauses and a way back")
    {
        StartCommand.Create(),
        StatusCommand.Create(),
        PauseCommand.Create(),
        ResumeCommand.Create(),
        SkipCommand.Create(),
        ApproveCommand.Create(),
        RollbackCommand.Create(),
        RetireCommand.Create(),
    };
}
