using System.Text.Json;
using OverlayBridge.Terminal;

namespace OverlayBridge.Tests.Commands;

/// <summary><c>inspect</c>, <c>diff</c>, <c>dump</c> and <c>report</c>: results, exit codes, files.</summary>
public sealed class ReadingCommandsTests : IDisposable
{
    private const string CutKey =
        "docker/network/v1.0/endpoint/d258147bb7fa6c0ed1c49953146a396c728aca813d1a962e3905784caa3e6ca8/"
        + "2e2492e8d2ded144c57d0fd4c1bcef408ad932e7d7f0454baef254f87ddc90d2/";

    private readonly TemporaryFolder _folder = new();

    private static string Healthy => TestFiles.Fixture("consul-healthy/kv-recurse.json");

    private static string Damaged => TestFiles.Fixture("consul-damaged/kv-recurse.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_cut_off_key_is_named_with_its_byte_offset_and_the_rest_is_shown()
    {
        var run = await CommandRun.RunAsync("inspect", Damaged, "-o", "json");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"warning: {CutKey}: byte 200: ", run.Error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(run.Output);
        var fault = Assert.Single(json.RootElement.GetProperty("faults").EnumerateArray());
        Assert.Equal(CutKey, fault.GetProperty("key").GetString());
        Assert.Equal(200, fault.GetProperty("offset").GetInt32());
        Assert.Equal(9, json.RootElement.GetProperty("networks").GetArrayLength());
    }

    [Fact]
    public async Task Quiet_silences_progress_but_not_what_is_wrong()
    {
        var run = await CommandRun.RunAsync("inspect", Damaged, "--quiet", "--out", _folder.File("x.txt"));

        Assert.Contains("warning: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Wrote", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("table", "Networks")]
    [InlineData("json", "\"formatVersion\": 1")]
    [InlineData("markdown", "### Networks")]
    [InlineData("html", "<!doctype html>")]
    public async Task Every_form_can_go_to_a_file_that_only_its_owner_may_read(string form, string sign)
    {
        var file = _folder.File("report");

        var run = await CommandRun.RunAsync("inspect", Healthy, "-o", form, "--out", file);

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains(sign, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_an_error_and_leaves_nothing_behind()
    {
        var run = await CommandRun.RunAsync("inspect", Healthy, "--out", _folder.File("no/such/folder.txt"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error: Cannot write", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData(true, false, null, true)]
    [InlineData(true, true, null, false)]
    [InlineData(true, false, "NO_COLOR", false)]
    [InlineData(false, false, null, false)]
    public async Task Colours_are_for_terminals_and_can_be_declined(bool terminal, bool option, string? variable, bool colours)
    {
        var surroundings = new Surroundings
        {
            OutputIsTerminal = terminal,
            Variables = variable is null ? [] : new Dictionary<string, string> { [variable] = "1" },
        };

        var run = await CommandRun.RunAsync(surroundings, ["inspect", Damaged, .. option ? new[] { "--no-color" } : []]);

        Assert.Equal(colours, run.Output.Contains('\e', StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_difference_of_a_store_to_itself_is_none_and_exit_code_0()
    {
        var run = await CommandRun.RunAsync("diff", Healthy, Healthy);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("No difference, byte for byte and index for index.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Differences_are_exit_code_2_and_keys_are_listed_on_demand()
    {
        var without = await CommandRun.RunAsync("diff", Healthy, Damaged, "-o", "json");
        var with = await CommandRun.RunAsync("diff", Healthy, Damaged, "-o", "json", "--keys");

        Assert.Equal((2, 2), (without.ExitCode, with.ExitCode));
        using var counted = JsonDocument.Parse(without.Output);
        using var listed = JsonDocument.Parse(with.Output);
        Assert.Equal(JsonValueKind.Null, counted.RootElement.GetProperty("keys").ValueKind);
        Assert.Contains(listed.RootElement.GetProperty("keys").EnumerateArray(), key => key.GetProperty("key").GetString() == CutKey);
    }

    [Fact]
    public async Task A_dump_equals_its_source_to_the_last_index()
    {
        var file = _folder.File("copy.json.gz");

        var dump = await CommandRun.RunAsync("dump", Healthy, "--out", file);
        var diff = await CommandRun.RunAsync("diff", Healthy, file, "--keys");

        Assert.Equal((0, 0), (dump.ExitCode, diff.ExitCode));
    }

    [Fact]
    public async Task A_dump_never_replaces_a_file_unless_forced()
    {
        var file = _folder.Write("precious.json", "precious");

        var refused = await CommandRun.RunAsync("dump", Healthy, "--out", file);
        var kept = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var forced = await CommandRun.RunAsync("dump", Healthy, "--out", file, "--force");

        Assert.Equal((1, "precious", 0), (refused.ExitCode, kept, forced.ExitCode));
    }

    [Theory]
    [InlineData("dump")]
    [InlineData("report")]
    public async Task A_command_that_needs_a_file_says_so(string command)
    {
        var run = await CommandRun.RunAsync(command, Healthy);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--out FILE is not given.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_is_one_page()
    {
        var file = _folder.File("page.html");

        var run = await CommandRun.RunAsync("report", Damaged, "--out", file);

        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith("</html>", (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).TrimEnd(), StringComparison.Ordinal);
    }
}
