using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using OverlayBridge.Overlay.Records;

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
    public async Task The_fences_in_an_archive_of_a_control_node_are_no_leaks_once_it_is_named_as_the_bridge()
    {
        var fence = new ExposureRecord(
            "back", "0eb37f9d8e37a2addb73ce1cf92613511a84c4b31b31f6755340c255e19d3243", "swarm", IPNetwork.Parse("10.81.0.0/16"), null,
            IPNetwork.Parse("10.81.0.3/32"), 4097, 4098, "consul://127.0.0.1:8500", ExposureState.Active, DateTimeOffset.UnixEpoch);
        var entries = JsonNode.Parse(await File.ReadAllTextAsync(Damaged, TestContext.Current.CancellationToken))!.AsArray();
        entries.Add(new JsonObject
        {
            ["LockIndex"] = 0, ["Key"] = BridgeKeys.Exposure(fence.LegacyNetworkId), ["Flags"] = 0, ["Value"] = Convert.ToBase64String(BridgeRecords.Encode(fence)),
            ["CreateIndex"] = 37990, ["ModifyIndex"] = 37990,
        });
        var archive = _folder.File("archive.json");
        await File.WriteAllTextAsync(archive, entries.ToJsonString(), TestContext.Current.CancellationToken);

        var alone = await CommandRun.RunAsync("audit", archive);
        var withFences = await CommandRun.RunAsync("audit", archive, "--bridge", archive);
        var elsewhere = await CommandRun.RunAsync("audit", archive, "--bridge", "consul://127.0.0.1:8500");

        const string Leak = "10.81.0.3 of GlobalDefault/10.81.0.0/16";
        Assert.Contains(Leak, alone.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Leak, withFences.Output, StringComparison.Ordinal);
        Assert.Equal((2, 1), (withFences.ExitCode, elsewhere.ExitCode));
        Assert.Contains("no control node of overlaybridge", elsewhere.Error, StringComparison.Ordinal);
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
