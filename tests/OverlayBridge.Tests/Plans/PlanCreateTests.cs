using System.Text.Json;
using System.Text.Json.Nodes;
using OverlayBridge.Commands.Plans;
using OverlayBridge.Engines.Docker;

namespace OverlayBridge.Tests.Plans;

/// <summary><c>plan create</c> and <c>plan refresh</c> on the recorded store and what its two engines answered, with a manager beside them.</summary>
public sealed class PlanCreateTests : IAsyncDisposable
{
    private const string Manager = """{"Name":"m1","ServerVersion":"26.1.5","Swarm":{"NodeAddr":"172.31.0.9","NodeID":"n1","LocalNodeState":"active","ControlAvailable":true}}""";

    private static readonly string State = TestFiles.Fixture("consul-healthy/kv-recurse.json");

    private readonly TemporaryFolder _folder = new();
    private readonly RecordedEngine[] _engines = [new(), new(), new()];

    public PlanCreateTests()
    {
        Answer(_engines[0], "h1", Exposable);
        Answer(_engines[1], "h2", Exposable);
        _engines[2].Answer("/info", Manager);
        _engines[2].Answer("/networks", "[]");
        _engines[2].Answer("/containers/json", "[]");
    }

    private string[] Engines => [.. _engines.SelectMany(static engine => new[] { "--engine", engine.Uri.ToString() })];

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines)
            await engine.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("-o", "plan.yaml")]
    [InlineData("--out", "plan.yaml")]
    [InlineData("--output", "plan.yml")]
    public async Task A_plan_is_made_of_recorded_hosts_and_is_valid(string option, string name)
    {
        var file = _folder.File(name);

        var made = await CommandRun.RunAsync(["plan", "create", State, .. Engines, "--canary", "h2", "--name", "first", "--window", "sat,sun 22:00-04:00", option, file]);
        var valid = await CommandRun.RunAsync("plan", "validate", file, "-o", "json");

        Assert.Equal((0, 0), (made.ExitCode, valid.ExitCode));
        Assert.Contains("2 hosts in 2 stages; fewer than 2 are not possible.", made.Error, StringComparison.Ordinal);
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.StartsWith("# yaml-language-server: $schema=plan-file.schema.json\n", text, StringComparison.Ordinal);
        Assert.Contains("manager: m1\n", text, StringComparison.Ordinal);
        Assert.Contains("  - name: canary\n    kind: hosts\n    hosts: [h2]\n    window:\n      days: [saturday, sunday]\n", text, StringComparison.Ordinal);
        Assert.Contains("    vtep: 172.31.0.1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_forms_of_the_output_show_the_plan()
    {
        var run = await CommandRun.RunAsync(["plan", "create", State, .. Engines, "-o", "json"]);

        Assert.Equal(0, run.ExitCode);
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(["h1", "h2"], json.RootElement.GetProperty("hosts").EnumerateArray().Select(static host => host.GetProperty("name").GetString()!));
    }

    [Fact]
    public async Task A_host_that_the_store_names_and_nobody_tells_of_is_never_left_out()
    {
        var run = await CommandRun.RunAsync("plan", "create", State, "--engine", _engines[0].Uri.ToString(), "--engine", _engines[2].Uri.ToString());

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("error: The store names the host 172.31.0.2, but nothing tells what runs there.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Networks_that_cannot_be_exposed_are_refused_and_one_of_several_subnets_is_not()
    {
        Answer(_engines[0], "h1", static _ => { });

        var run = await CommandRun.RunAsync(["plan", "create", State, .. Engines]);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("error: 'dual' has an IPv6 subnet.", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("'multi'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demands_that_cannot_all_be_kept_are_named()
    {
        var run = await CommandRun.RunAsync(["plan", "create", State, .. Engines, "--together", "h1,h2", "--apart", "h1,h2"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error: These cannot all be kept: together [h1, h2]; apart [h1, h2].", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--max-unavailable", "0", "'0' is neither a number")]
    [InlineData("--allow", "web", "'web' does not say what a set may lose")]
    [InlineData("--window", "25:00-26:00", "'25:00-26:00' is no window")]
    [InlineData("--window", "t 22:00-23:00", "'t 22:00-23:00' is no window")]
    [InlineData("--strategy", "teleport", "'teleport' is no strategy")]
    [InlineData("--together", "h1", "takes two hosts or more")]
    [InlineData("--parallel", "0", "a number of hosts from 1")]
    [InlineData("--webhook", "mail", "'mail' is no http://")]
    [InlineData("--canary", "h9", "There is no host 'h9'.")]
    [InlineData("--manager", "h1", "'h1' is no swarm manager.")]
    public async Task A_wrong_option_is_one_clear_error(string option, string value, string message)
    {
        var run = await CommandRun.RunAsync(["plan", "create", State, .. Engines, option, value]);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_fits_until_the_world_changes_and_is_then_refreshed_where_that_is_safe()
    {
        var file = _folder.File("plan.yaml");
        await CommandRun.RunAsync(["plan", "create", State, .. Engines, "--out", file]);
        var before = "# My own words.\n" + await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        _folder.Write("plan.yaml", before);

        var fits = await CommandRun.RunAsync(["plan", "refresh", file, State, .. Engines]);
        Answer(_engines[0], "h1", static containers =>
        {
            Exposable(containers);
            containers[0]!["Id"] = new string('f', 64);
        });
        var would = await CommandRun.RunAsync(["plan", "refresh", file, State, .. Engines, "--dry-run"]);
        var unchanged = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var done = await CommandRun.RunAsync(["plan", "refresh", file, State, .. Engines]);
        var after = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var again = await CommandRun.RunAsync(["plan", "refresh", file, State, .. Engines, "-o", "json"]);

        Assert.Equal((0, 2, 0, 0), (fits.ExitCode, would.ExitCode, done.ExitCode, again.ExitCode));
        Assert.Equal(before, unchanged);
        Assert.StartsWith("# My own words.\n", after, StringComparison.Ordinal);
        Assert.Contains(new string('f', 64), after, StringComparison.Ordinal);
        Assert.Contains("\"result\": \"fits\"", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_whose_host_is_gone_is_refused_with_what_changed_and_the_file_stays()
    {
        var file = _folder.File("plan.yaml");
        await CommandRun.RunAsync(["plan", "create", State, .. Engines, "--out", file]);
        var before = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);

        var run = await CommandRun.RunAsync("plan", "refresh", file, State, "--engine", _engines[0].Uri.ToString(), "--engine", _engines[2].Uri.ToString());

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("! The host 'h2' is gone.", run.Output, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("inspect x -o plan.yaml", "inspect x -o plan.yaml")]
    [InlineData("plan create x -o json", "plan create x -o json")]
    [InlineData("plan create x -o plan.yaml", "plan create x --out plan.yaml")]
    [InlineData("-q plan create x --output=a.YML", "-q plan create x --out=a.YML")]
    [InlineData("plan create x -o=a.yaml -- -o b.yaml", "plan create x --out=a.yaml -- -o b.yaml")]
    public void Only_plan_create_takes_a_plan_file_behind_o(string typed, string meant) =>
        Assert.Equal(meant.Split(' '), OutFileArguments.Apply(typed.Split(' ')));

    // The recorded hosts have containers on networks with IPv6 and with two subnets, which no swarm network can take over.
    private static void Exposable(JsonArray containers)
    {
        foreach (var container in containers.Where(static container => container!["NetworkSettings"]!["Networks"]!.AsObject().Any(static network => network.Key is "dual" or "multi")).ToList())
            containers.Remove(container);
    }

    private static void Answer(RecordedEngine engine, string host, Action<JsonArray> change)
    {
        var containers = JsonNode.Parse(File.ReadAllText(TestFiles.Fixture($"consul-healthy/{host}-containers.json")))!.AsArray();
        change(containers);
        engine.Answer("/info", $$$"""{"Name":"{{{host}}}","ServerVersion":"20.10.5+dfsg1","ClusterStore":"consul://172.31.0.250:8500","ClusterAdvertise":"172.31.0.{{{host[1]}}}:2376","Swarm":{"NodeAddr":""}}""");
        engine.Answer("/networks", File.ReadAllText(TestFiles.Fixture($"consul-healthy/{host}-networks.json")));
        engine.Answer("/containers/json", new JsonArray([.. containers.Select(static container => (JsonNode)new JsonObject
        {
            ["Id"] = container!["Id"]!.DeepClone(),
            ["Names"] = new JsonArray(container["Name"]!.DeepClone()),
            ["State"] = container["State"]!["Status"]!.DeepClone(),
            ["Labels"] = container["Config"]?["Labels"]?.DeepClone(),
        })]).ToJsonString());
        foreach (var container in containers)
            engine.Answer($"/containers/{container!["Id"]}/json", container.ToJsonString());
    }
}
