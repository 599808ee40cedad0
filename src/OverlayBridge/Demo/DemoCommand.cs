using System.CommandLine;
using OverlayBridge.Commands;
using OverlayBridge.Terminal;

namespace OverlayBridge.Demo;

/// <summary><c>demo</c>: the first steps of a move on a recorded store, without root and without touching anything outside.</summary>
internal static class DemoCommand
{
    private const string DefaultPage = "overlaybridge-demo.html";

    public static Command Create()
    {
        var command = new DocumentedCommand(
            "demo", "Show the first steps on a recorded store and a control node of its own: no root, nothing outside is touched")
        {
            Examples =
            [
                ("overlaybridge demo", $"Runs each step as the command that you would type, and writes ./{DefaultPage}."),
                ("overlaybridge demo --keep", "Leaves the recorded store and the control node's data for a closer look."),
            ],
            ExitCodes = [(ExitCode.Success, "every step did what it says"), (ExitCode.Error, "a step did not; stderr says which and why")],
        };
        var keep = new Option<bool>("--keep") { Description = "Do not remove the temporary folder at the end" };
        command.Add(keep);
        command.SetAction(async (parse, token) =>
        {
            var output = CommandOutput.Of(parse);
            var folder = Directory.CreateTempSubdirectory("overlaybridge-demo-").FullName;
            try
            {
                var tour = new DemoTour(output, CommandOutput.SurroundingsOf(parse), folder, output.File ?? DefaultPage);
                await tour.RunAsync(token).ConfigureAwait(false);
            }
            finally
            {
                if (parse.GetValue(keep))
                    output.Progress($"Kept: {folder}");
                else
                    Directory.Delete(folder, recursive: true);
            }

            return ExitCode.Success;
        });
        return command;
    }
}
