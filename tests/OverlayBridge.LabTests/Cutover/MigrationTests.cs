using System.Globalization;
using System.Text.Json;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.LabTests.Cutover;

/// <summary>A plan carried out on real engines: from legacy hosts on a real Consul to plain swarm, with processes killed in between, and back from the first stage and from a later one's boundary.</summary>
public sealed class MigrationTests
{
    /// <summary>Two conversions, a way back and the bridge's end, on a machine that is busy with four engines.</summary>
    private const int Patience = 600_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task From_Consul_to_plain_swarm_with_leader_and_agent_killed_and_the_way_back_gone_twice_in_between()
    {
        await using var lab = await MigrationLab.UpAsync("whole");
        var (first, second) = (lab.Lab.LegacyHosts[0], lab.Lab.LegacyHosts[1]);
        var plain = await lab.PlainRestartAsync("legacy");
        await ReachAsync(lab);
        var before = await lab.IdentitiesAsync();
        var inventory = await InventoryAsync(lab);
        var plan = await lab.PlanAsync();

        await lab.MigrateAsync("start", plan);
        await lab.ActingAsync(first, "convert-host.h1");
        var leader = await lab.LeaderAsync();
        await lab.KillControlAsync(leader);
        await WaitsAsync(lab, "migrate approve canary");
        await lab.StartControlAsync(leader);
        await TellAsync(lab, "canary", plain);
        Assert.Equal(before, await lab.IdentitiesAsync());

        await lab.MigrateAsync("rollback");
        await lab.StatusAsync(static status => status.GetProperty("run").GetProperty("state").GetString() == "rolled-back", "the way back");
        Assert.Equal(before, await lab.IdentitiesAsync());
        await Wait.UntilAsync(async () => await InventoryAsync(lab) == inventory, TimeSpan.FromSeconds(60), "the inventory as it was", Cancel);
        await ReachAsync(lab);

        await lab.MigrateAsync("start", plan);
        await WaitsAsync(lab, "migrate approve canary");
        await TellAsync(lab, "canary", plain);
        await lab.MigrateAsync("approve", "canary");
        await lab.ActingAsync(second, "convert-host.h2");
        await lab.KillAgentAsync(second);
        await lab.StartAgentAgainAsync(second);
        await NoteAsync(lab, "one-way");
        await TellAsync(lab, "rest", plain);
        Assert.Equal(before, await lab.IdentitiesAsync());

        await lab.MigrateAsync("rollback", "--to", "canary");
        await NoteAsync(lab, "Rolled back to stage canary");
        Assert.Equal("active inactive", $"{await SwarmAsync(first)} {await SwarmAsync(second)}");
        Assert.Equal(before, await lab.IdentitiesAsync());
        await ReachAsync(lab);

        await lab.MigrateAsync("resume");
        await NoteAsync(lab, "one-way");
        await lab.MigrateAsync("retire", MigrationLab.PlanName, "--archive", Path.Combine(lab.Manager.Folder, "archive.json.gz"));
        await lab.StatusAsync(static status => status.GetProperty("run").GetProperty("state").GetString() == "retired", "the end");
        await Wait.UntilAsync(() => Task.FromResult(lab.Lab.Hosts.All(host => !lab.AgentRuns(host))), TimeSpan.FromSeconds(60), "agents that ended themselves", Cancel);
        await lab.StopAllControlAsync();
        await lab.Lab.Consul!.StopAsync(Cancel);
        Assert.Equal(before, await lab.IdentitiesAsync());
        await ReachAsync(lab);
        var left = await lab.RunAsync(["audit", "--retired", lab.Bridge, .. lab.Lab.Hosts.SelectMany(static host => new[] { "--engine", $"unix://{host.DockerSocket}" })]);
        TestContext.Current.TestOutputHelper?.WriteLine(left);
    }

    private static Task<JsonElement> WaitsAsync(MigrationLab lab, string what) => lab.StatusAsync(
        status => status.GetProperty("run").GetProperty("state").GetString() == "running" &&
            status.GetProperty("executor").GetProperty("waitsFor").EnumerateArray().Any(one => one.GetString()!.Contains(what, StringComparison.Ordinal)),
        $"a run that waits for '{what}'");

    private static Task<JsonElement> NoteAsync(MigrationLab lab, string what) => lab.StatusAsync(
        status => status.GetProperty("run").GetProperty("state").GetString() == "paused" && status.GetProperty("run").GetProperty("note").GetString()!.Contains(what, StringComparison.Ordinal),
        $"a run that is paused: '{what}'");

    /// <summary>Requests to each app through a stage; what runs once beside a plain restart of its engine.</summary>
    private static async Task TellAsync(MigrationLab lab, string stage, ProbeReport plain)
    {
        var status = await lab.StatusAsync(static _ => true, "how the run stands");
        var gates = status.GetProperty("stages").EnumerateArray().Single(one => one.GetProperty("name").GetString() == stage).GetProperty("gates").EnumerateArray()
            .Where(static gate => gate.GetProperty("name").GetString()!.EndsWith("-stream", StringComparison.Ordinal));
        foreach (var gate in gates)
        {
            var detail = gate.GetProperty("detail").GetString()!;
            var outage = double.Parse(detail.Split("longest outage ")[^1].Split(' ')[0], CultureInfo.InvariantCulture);
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{stage}, {gate.GetProperty("name").GetString()}: {detail}; {1000 * outage / plain.LongestOutageMilliseconds:0.00} of a plain restart's {plain.LongestOutageMilliseconds} ms"));
        }
    }

    private static async Task<string> SwarmAsync(LabHost host) => await host.DockerAsync(["info", "--format", "{{.Swarm.LocalNodeState}}"], Cancel);

    private static async Task ReachAsync(MigrationLab lab)
    {
        foreach (var (from, target) in new[] { ("db", "web-2"), ("web-2", "worker-2"), ("worker-2", "db"), ("worker-2", "web-1"), ("web-2", "worker-1") })
            await CutoverLab.ReachesAsync(lab.Containers.Single(container => container.Name == from), target, target);
    }

    /// <summary>Networks and addresses of the legacy side, without what changes with every start of a container.</summary>
    private static async Task<string> InventoryAsync(MigrationLab lab)
    {
        using var document = JsonDocument.Parse(await lab.RunAsync("inspect", lab.Bridge, "-o", "json"));
        return string.Join('\n', document.RootElement.GetProperty("networks").EnumerateArray()
            .SelectMany(static network => network.GetProperty("endpoints").EnumerateArray().Select(endpoint => $"{network.GetProperty("name").GetString()} {endpoint.GetProperty("name").GetString()}"))
            .Order(StringComparer.Ordinal));
    }
}
