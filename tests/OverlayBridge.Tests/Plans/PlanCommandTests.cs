using System.Text.Json;

namespace OverlayBridge.Tests.Plans;

/// <summary><c>plan validate</c>, <c>show</c>, <c>diff</c>, <c>schema</c>: results, exit codes, forms.</summary>
public sealed class PlanCommandTests : IDisposable
{
    private static readonly string Small = Path.Combine(TestFiles.RepositoryRoot, "migration-plans", "small.yaml");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_valid_plan_ends_with_0()
    {
        var run = await CommandRun.RunAsync("plan", "validate", Small);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("The plan is valid.\nPlan 'small': 3 hosts, 6 containers, 5 stages.\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_fault_is_told_with_line_and_column_and_ends_with_2()
    {
        var file = Changed(("canary: h3", "canary: h9"), ("parallel: 2", "parallel: two"));

        var run = await CommandRun.RunAsync("plan", "validate", file, "-o", "json");

        Assert.Equal(2, run.ExitCode);
        using var json = JsonDocument.Parse(run.Output);
        var lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal(
            [(LineOf("parallel: two"), 13, "'parallel' is 'two'."), (LineOf("canary: h9"), 11, "There is no host 'h9'.")],
            json.RootElement.GetProperty("faults").EnumerateArray().Select(static fault =>
                (fault.GetProperty("line").GetInt32(), fault.GetProperty("column").GetInt32(), fault.GetProperty("message").GetString()!)));

        int LineOf(string text) => Array.FindIndex(lines, line => line.Contains(text, StringComparison.Ordinal)) + 1;
    }

    [Theory]
    [InlineData("validate")]
    [InlineData("show")]
    public async Task A_file_that_is_not_there_is_one_error_of_three_lines(string command)
    {
        var run = await CommandRun.RunAsync("plan", command, _folder.File("nope.yaml"));

        Assert.Equal(1, run.ExitCode);
        Assert.Matches("^error: Cannot read .*nope.yaml.\nwhy:   .*\nfix:   .*\n$", run.Error);
    }

    [Fact]
    public async Task A_plan_with_faults_is_not_shown_and_the_error_says_where_and_how_many()
    {
        var file = Changed(("canary: h3", "canary: h9"), ("parallel: 2", "parallel: two"));

        var run = await CommandRun.RunAsync("plan", "show", file);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(":13: 'parallel' is 'two'.", run.Error, StringComparison.Ordinal);
        Assert.Contains("one of 2 faults: overlaybridge plan validate", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_shown_with_stages_gates_and_expected_downtime_by_figures_of_ones_own()
    {
        var run = await CommandRun.RunAsync("plan", "show", Small, "--downtime", "convert=8-12");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var words = string.Join(' ', run.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("3 stages of hosts, fewer are not possible", words, StringComparison.Ordinal);
        Assert.Contains("convert 8-12 s", words, StringComparison.Ordinal);
        Assert.Matches("h1/db +database +1  8-12 s", run.Output);
        Assert.All(run.Output.Split('\n'), static line => Assert.InRange(line.Length, 0, 80));
    }

    [Theory]
    [InlineData("convert")]
    [InlineData("convert=0")]
    [InlineData("convert=9-8")]
    [InlineData("walk=5")]
    public async Task A_figure_that_is_none_is_refused(string figure)
    {
        var run = await CommandRun.RunAsync("plan", "show", Small, "--downtime", figure);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"'{figure}' is no time", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_plans_that_say_the_same_differ_in_nothing_and_else_end_with_2()
    {
        var other = Changed(("parallel: 2", "parallel: 1"), ("# Goes alone, before all others.", "# The canary."));

        var same = await CommandRun.RunAsync("plan", "diff", Small, Small);
        var differs = await CommandRun.RunAsync("plan", "diff", Small, other, "-o", "json");

        Assert.Equal((0, 2), (same.ExitCode, differs.ExitCode));
        using var json = JsonDocument.Parse(differs.Output);
        var change = Assert.Single(json.RootElement.GetProperty("changes").EnumerateArray());
        Assert.Equal(("plan", "limits", "changed"), (change.GetProperty("kind").GetString(), change.GetProperty("path").GetString(), change.GetProperty("action").GetString()));
    }

    [Fact]
    public async Task The_schema_is_that_of_the_docs()
    {
        var run = await CommandRun.RunAsync("plan", "schema");

        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(TestFiles.RepositoryRoot, "docs", "schemas", "plan-file.schema.json"), TestContext.Current.CancellationToken), run.Output);
    }

    private string Changed(params (string Old, string New)[] changes) =>
        _folder.Write("plan.yaml", changes.Aggregate(File.ReadAllText(Small), static (text, change) => text.Replace(change.Old, change.New, StringComparison.Ordinal)));
}
