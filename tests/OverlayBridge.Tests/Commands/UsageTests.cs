namespace OverlayBridge.Tests.Commands;

public sealed class UsageTests
{
    [Fact]
    public async Task An_unknown_option_is_answered_with_the_nearest_one_and_exit_code_1()
    {
        var run = await CommandRun.RunAsync("inspect", "x.json", "--ouput", "json");

        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Equal(
            """
            error: Unknown option '--ouput'.
            why:   'overlaybridge inspect' has no such option.
            fix:   Did you mean '--output'? 'overlaybridge inspect --help' shows what it takes.

            """,
            run.Error);
    }

    [Fact]
    public async Task An_unknown_command_is_answered_with_the_nearest_one_and_exit_code_1()
    {
        var run = await CommandRun.RunAsync("inspekt", "x.json");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error: Unknown command 'inspekt'.", run.Error, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'inspect'?", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_like_no_command_is_not_guessed_at()
    {
        var run = await CommandRun.RunAsync("zzzzzz");

        Assert.Equal(1, run.ExitCode);
        Assert.DoesNotContain("Did you mean", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_command_the_commands_are_named_and_the_exit_code_is_1()
    {
        var run = await CommandRun.RunAsync();

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("One of: inspect, ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_argument_is_an_error_of_three_lines()
    {
        var run = await CommandRun.RunAsync("inspect");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(3, run.Error.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task An_output_form_that_does_not_exist_is_refused_with_the_list()
    {
        var run = await CommandRun.RunAsync("inspect", "x.json", "-o", "xml");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("'xml' is no form of output: table, json, markdown or html.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_escape_sequence_in_an_argument_does_not_reach_the_terminal()
    {
        var run = await CommandRun.RunAsync("\e[2Jboo");

        Assert.DoesNotContain('\e', run.Error);
        Assert.Contains(@"\x1b[2Jboo", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("inspekt", "inspect", 1)]
    [InlineData("dmup", "dump", 2)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_counts_edits(string left, string right, int edits) =>
        Assert.Equal(edits, OverlayBridge.Commands.UsageError.Distance(left, right));
}
