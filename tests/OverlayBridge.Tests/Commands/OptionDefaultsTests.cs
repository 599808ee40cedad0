using System.Text.Json;

namespace OverlayBridge.Tests.Commands;

public sealed class OptionDefaultsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Dump => TestFiles.Fixture("consul-healthy/kv-recurse.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_environment_gives_what_the_command_line_leaves_out()
    {
        var run = await CommandRun.RunAsync(CommandRun.With(("OVERLAYBRIDGE_OUTPUT", "json")), "inspect", Dump);

        Assert.Equal(0, run.ExitCode);
        JsonDocument.Parse(run.Output).Dispose();
    }

    [Fact]
    public async Task The_command_line_wins_over_the_environment()
    {
        var run = await CommandRun.RunAsync(CommandRun.With(("OVERLAYBRIDGE_OUTPUT", "json")), "inspect", Dump, "-o", "markdown");

        Assert.StartsWith("## ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_wins_over_the_config_file()
    {
        var config = _folder.Write("config.json", """{"output": "json"}""");

        var run = await CommandRun.RunAsync(
            CommandRun.With(("OVERLAYBRIDGE_OUTPUT", "markdown"), ("OVERLAYBRIDGE_CONFIG", config)), "inspect", Dump);

        Assert.StartsWith("## ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_section_of_the_config_file_holds_for_its_command_alone()
    {
        var own = _folder.Write("own.json", """{"output": "json", "inspect": {"output": "markdown"}}""");
        var other = _folder.Write("other.json", """{"output": "json", "report": {"output": "markdown"}}""");

        var ownRun = await CommandRun.RunAsync("inspect", Dump, "--config", own);
        var otherRun = await CommandRun.RunAsync("inspect", Dump, "--config", other);

        Assert.StartsWith("## ", ownRun.Output, StringComparison.Ordinal);
        JsonDocument.Parse(otherRun.Output).Dispose();
    }

    [Theory]
    [InlineData("1", false)]
    [InlineData("true", false)]
    [InlineData("0", true)]
    [InlineData("false", true)]
    public async Task A_switch_can_be_set_by_the_environment(string value, bool isTold)
    {
        var file = _folder.File("out.json");

        var run = await CommandRun.RunAsync(CommandRun.With(("OVERLAYBRIDGE_QUIET", value)), "inspect", Dump, "--out", file);

        Assert.Equal(isTold, run.Error.Length > 0);
    }

    [Fact]
    public async Task A_wrong_value_is_blamed_on_the_place_that_it_comes_from()
    {
        var run = await CommandRun.RunAsync(CommandRun.With(("OVERLAYBRIDGE_OUTPUT", "xml")), "inspect", Dump);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("why:   The value of --output comes from the environment variable OVERLAYBRIDGE_OUTPUT.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"ouput": "json"}""", "'ouput' is no option of 'overlaybridge'.")]
    [InlineData("""{"inspect": {"to": "x"}}""", "'to' is no option of 'overlaybridge inspect'.")]
    [InlineData("""{"output": null}""", "The value of 'output' is no text")]
    [InlineData("""["output"]""", "It holds no JSON object.")]
    [InlineData("""{"output": """, "Expected")]
    public async Task A_config_file_that_cannot_be_meant_is_refused_with_the_reason(string content, string reason)
    {
        var run = await CommandRun.RunAsync("inspect", Dump, "--config", _folder.Write("config.json", content));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error: Cannot use the config file", run.Error, StringComparison.Ordinal);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_config_file_that_is_not_there_is_an_error()
    {
        var run = await CommandRun.RunAsync("inspect", Dump, "--config", _folder.File("none.json"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("none.json", run.Error, StringComparison.Ordinal);
    }
}
