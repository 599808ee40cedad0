using System.Text.Json;

namespace OverlayBridge.Tests.Commands;

/// <summary><c>audit</c> and the audit in <c>report</c>: exit codes, thresholds, the second read of a live store.</summary>
public sealed class AuditCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Healthy => TestFiles.Fixture("consul-healthy/kv-recurse.json");

    private static string Damaged => TestFiles.Fixture("consul-damaged/kv-recurse.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_healthy_store_is_exit_code_0()
    {
        var run = await CommandRun.RunAsync("audit", Healthy);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task A_damaged_store_is_exit_code_2_and_its_findings_have_the_fields_of_the_contract()
    {
        var run = await CommandRun.RunAsync("audit", Damaged, "-o", "json");

        Assert.Equal(2, run.ExitCode);
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(37992, json.RootElement.GetProperty("index").GetInt32());
        Assert.Equal(["networks", "endpoints", "pools", "hosts"], json.RootElement.GetProperty("counts").EnumerateObject().Select(count => count.Name));
        var cut = json.RootElement.GetProperty("findings").EnumerateArray().First(finding => finding.GetProperty("rule").GetString() == "OB02");
        Assert.Equal("unreadable-endpoint", cut.GetProperty("name").GetString());
        Assert.Equal("critical", cut.GetProperty("severity").GetString());
        Assert.Equal("multi", cut.GetProperty("network").GetProperty("name").GetString());
        Assert.All(["keys", "subject", "message", "cause", "repair", "explains"], field => Assert.True(cut.TryGetProperty(field, out _)));
    }

    [Fact]
    public async Task Without_a_store_it_says_what_to_give()
    {
        var run = await CommandRun.RunAsync("audit");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error: No STATE is given.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--fail-on", "fatal", "'fatal' is no severity")]
    [InlineData("--again", "-1", "--again takes a number of seconds")]
    public async Task A_wrong_value_is_named(string option, string value, string says)
    {
        var run = await CommandRun.RunAsync("audit", Healthy, option, value);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_are_listed_without_a_store()
    {
        var run = await CommandRun.RunAsync("audit", "--list-rules", "-o", "json");

        Assert.Equal(0, run.ExitCode);
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal("OB01", json.RootElement.GetProperty("rules")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_page_with_another_store_to_compare_with_shows_the_changes()
    {
        var file = _folder.File("page.html");

        var run = await CommandRun.RunAsync("report", Damaged, "--against", Healthy, "--out", file);

        Assert.Equal(0, run.ExitCode);
        var page = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains("OB02", page, StringComparison.Ordinal);
        Assert.Contains("<section id=\"changes\"", page, StringComparison.Ordinal);
    }
}
