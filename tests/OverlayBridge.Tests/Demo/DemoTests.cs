namespace OverlayBridge.Tests.Demo;

public sealed class DemoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_demo_goes_from_the_recorded_store_to_an_empty_difference_and_a_page()
    {
        var page = _folder.File("demo.html");

        var run = await CommandRun.RunAsync("demo", "--out", page);

        Assert.Equal((0, ""), (run.ExitCode, string.Join('\n', run.Error.Split('\n').Where(line => line.StartsWith("error", StringComparison.Ordinal)))));
        Assert.Equal(
            ["inspect", "audit", "serve", "import", "import", "diff", "report"],
            run.Output.Split('\n').Where(line => line.StartsWith("$ overlaybridge ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]));
        Assert.Contains("10 networks, 13 endpoints, 12 address pools, 2 hosts", run.Output, StringComparison.Ordinal);
        Assert.Contains("An import would make these changes: 84 keys set", run.Output, StringComparison.Ordinal);
        Assert.Contains("No difference, byte for byte and index for index.", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(page));
    }

    [Fact]
    public async Task It_removes_what_it_made_unless_told_to_keep_it()
    {
        var removed = await CommandRun.RunAsync("demo", "--out", _folder.File("a.html"));
        var kept = await CommandRun.RunAsync("demo", "--out", _folder.File("b.html"), "--keep");

        var folder = Assert.Single(kept.Error.Split('\n'), line => line.StartsWith("Kept: ", StringComparison.Ordinal))["Kept: ".Length..];
        Assert.True(File.Exists(Path.Combine(folder, "recorded-store.json")));
        Directory.Delete(folder, recursive: true);
        Assert.False(File.Exists(StoreOf(removed)));
    }

    [Fact]
    public async Task The_shown_commands_do_not_depend_on_the_readers_own_settings()
    {
        var run = await CommandRun.RunAsync(
            CommandRun.With(("OVERLAYBRIDGE_TO", "bridge://127.0.0.1:1"), ("OVERLAYBRIDGE_PREFIX", "nothing/")), "demo", "--out", _folder.File("c.html"));

        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public void Its_store_is_the_recorded_one() => Assert.Equal(
        File.ReadAllText(TestFiles.Fixture("consul-healthy/kv-recurse.json")),
        File.ReadAllText(Path.Combine(TestFiles.RepositoryRoot, "src/OverlayBridge/Demo/recorded-store.json")));

    private static string StoreOf(CommandResult run) => run.Output.Split('\n')
        .Single(line => line.StartsWith("$ overlaybridge inspect ", StringComparison.Ordinal))["$ overlaybridge inspect ".Length..];
}
