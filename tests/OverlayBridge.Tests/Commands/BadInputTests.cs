namespace OverlayBridge.Tests.Commands;

/// <summary>Whatever is wrong with a STATE: exit code 1, three lines, nothing on stdout, no stack trace.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Healthy => TestFiles.Fixture("consul-healthy/kv-recurse.json");

    public static TheoryData<string, string[]> Commands => new()
    {
        { "inspect", [] },
        { "dump", ["--out", "never-written.json"] },
        { "report", ["--out", "never-written.html"] },
        { "import", ["--dry-run"] },
        { "import", [] },
        { "import", ["--follow"] },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task An_unreachable_store(string command, string[] options) =>
        AssertRefused(await CommandRun.RunAsync([command, "consul://127.0.0.1:1", .. options]), "127.0.0.1:1");

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_scheme_that_is_none(string command, string[] options) =>
        AssertRefused(await CommandRun.RunAsync([command, "http://127.0.0.1:8500", .. options]), "'http' is no scheme of a store");

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_file_that_is_not_there(string command, string[] options) =>
        AssertRefused(await CommandRun.RunAsync([command, _folder.File("none.json"), .. options]), "none.json");

    [Theory]
    [InlineData("This is a letter, not a dump.")]
    [InlineData("{\"name\": \"something else\"}")]
    [InlineData("[1, 2, 3]")]
    [InlineData("")]
    public async Task A_file_that_is_not_a_dump(string content)
    {
        var file = _folder.Write("letter.json", content);

        AssertRefused(await CommandRun.RunAsync("inspect", file), "letter.json");
        AssertRefused(await CommandRun.RunAsync("diff", Healthy, file), "letter.json");
    }

    [Fact]
    public async Task A_cut_off_dump()
    {
        var whole = await File.ReadAllTextAsync(Healthy, TestContext.Current.CancellationToken);
        var file = _folder.Write("cut.json", whole[..(whole.Length / 2)]);

        AssertRefused(await CommandRun.RunAsync("inspect", file), "cut.json");
    }

    [Fact]
    public async Task A_target_that_is_no_cluster() => AssertRefused(
        await CommandRun.RunAsync("import", Healthy, "--to", "consul://127.0.0.1:8500"), "Only a cluster of overlaybridge takes an import.");

    [Fact]
    public async Task A_target_that_is_not_running() =>
        AssertRefused(await CommandRun.RunAsync("import", Healthy, "--to", "bridge://127.0.0.1:1"), "bridge://127.0.0.1:1");

    [Theory]
    [InlineData("101")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("many")]
    public async Task A_share_of_deletions_that_is_none(string share) =>
        AssertRefused(await CommandRun.RunAsync("import", Healthy, $"--allow-deletes={share}"), "--allow-deletes");

    [Fact]
    public async Task To_follow_and_to_change_nothing() =>
        AssertRefused(await CommandRun.RunAsync("import", Healthy, "--follow", "--dry-run"), "exclude each other");

    [Fact]
    public async Task A_file_cannot_be_followed() =>
        AssertRefused(await CommandRun.RunAsync("import", Healthy, "--follow"), "cannot be followed");

    private static void AssertRefused(CommandResult run, string said)
    {
        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        var lines = run.Error.TrimEnd('\n').Split('\n');
        Assert.Equal(["error: ", "why:   ", "fix:   "], lines.Select(line => line[..Math.Min(7, line.Length)]));
    }
}
