using System.CommandLine;
using OverlayBridge.Commands;

namespace OverlayBridge.Tests.Commands;

/// <summary>The help of every command, as files to read: what a person has to work from.</summary>
public sealed class HelpTests
{
    /// <summary>Every command, by what is typed behind <c>overlaybridge</c>.</summary>
    public static TheoryData<string> Commands => [.. Paths(RootCommandFactory.Create(), "")];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_of(string command)
    {
        var run = await CommandRun.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Error);
        Assert.All(run.Output.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 120));
        Golden.Matches("OverlayBridge.Tests", $"help/{(command.Length == 0 ? "overlaybridge" : command.Replace(' ', '-'))}.txt", run.Output);
    }

    [Fact]
    public async Task Version_names_the_program_and_its_version()
    {
        var run = await CommandRun.RunAsync("--version");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^overlaybridge \d+\.\d+\.\d+", run.Output);
    }

    private static IEnumerable<string> Paths(Command command, string path) => command.Subcommands
        .Where(sub => !sub.Hidden).SelectMany(sub => Paths(sub, $"{path} {sub.Name}".Trim())).Prepend(path);
}
