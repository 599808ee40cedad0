using System.CommandLine;

namespace OverlayBridge.Commands.Plans;

/// <summary>An argument that names a plan file.</summary>
internal static class PlanArgument
{
    public static Argument<string> AddTo(Command command, string name = "FILE")
    {
        var argument = new Argument<string>(name) { Description = "A plan file (YAML)" };
        command.Add(argument);
        return argument;
    }
}
