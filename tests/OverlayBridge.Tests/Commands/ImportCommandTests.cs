using System.Text.Json;
using OverlayBridge.Demo;
using OverlayBridge.Terminal;

namespace OverlayBridge.Tests.Commands;

/// <summary><c>import</c> into a control node that runs inside the test.</summary>
public sealed class ImportCommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private DemoNode _node = null!;

    private static string Healthy => TestFiles.Fixture("consul-healthy/kv-recurse.json");

    private static string Damaged => TestFiles.Fixture("consul-damaged/kv-recurse.json");

    public async ValueTask InitializeAsync()
    {
        _node = DemoNode.Start(_folder.File("node"), new Surroundings { Output = TextWriter.Null, Error = TextWriter.Null });
        await _node.WaitUntilReadyAsync(TimeProvider.System, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_the_import_everything_and_the_next_one_nothing()
    {
        var planned = await ImportAsync(Damaged, "--dry-run");
        var again = await ImportAsync(Damaged, "--dry-run");
        var applied = await ImportAsync(Damaged);
        var unchanged = await ImportAsync(Damaged, "--dry-run");
        var diff = await CommandRun.RunAsync("diff", Damaged, _node.State, "--keys");

        Assert.Equal([2, 2, 0, 0, 0], new[] { planned.ExitCode, again.ExitCode, applied.ExitCode, unchanged.ExitCode, diff.ExitCode });
        Assert.Equal(["planned", "planned", "applied", "unchanged"], new[] { planned, again, applied, unchanged }.Select(Result));
    }

    [Fact]
    public async Task The_dry_run_shows_the_same_changes_as_the_import()
    {
        var planned = await ImportAsync(Damaged, "--dry-run");
        var applied = await ImportAsync(Damaged);

        Assert.Equal(Changes(planned), Changes(applied));
    }

    [Fact]
    public async Task A_source_that_lost_most_of_its_keys_is_held_with_exit_code_1_until_it_is_allowed()
    {
        await ImportAsync(Healthy);
        var few = _folder.Write("few.json", """[{"key":"docker/nodes","flags":0,"value":""}]""");

        var held = await ImportAsync(few);
        var kept = await CommandRun.RunAsync("diff", Healthy, _node.State);
        var allowed = await ImportAsync(few, "--allow-deletes", "100");

        Assert.Equal((1, 0, 0), (held.ExitCode, kept.ExitCode, allowed.ExitCode));
        Assert.Contains("error: The import is held; nothing was changed.", held.Error, StringComparison.Ordinal);
        Assert.Equal("held", Result(held));
    }

    [Fact]
    public async Task A_cut_off_key_is_named_and_imported_like_any_other()
    {
        var run = await ImportAsync(Damaged);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("2e2492e8d2ded144c57d0fd4c1bcef408ad932e7d7f0454baef254f87ddc90d2/: byte 200: ", run.Error, StringComparison.Ordinal);
    }

    private Task<CommandResult> ImportAsync(string state, params string[] options) =>
        CommandRun.RunAsync(["import", state, "--to", _node.State, "-o", "json", .. options]);

    private static string? Result(CommandResult run)
    {
        using var json = JsonDocument.Parse(run.Output);
        return json.RootElement.GetProperty("import").GetProperty("result").GetString();
    }

    private static string Changes(CommandResult run)
    {
        using var json = JsonDocument.Parse(run.Output);
        return json.RootElement.GetProperty("changes").GetRawText();
    }
}
