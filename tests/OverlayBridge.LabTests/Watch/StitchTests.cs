using OverlayBridge.Lab.Engines;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.LabTests.Watch;

/// <summary>What agents program into the kernels of a legacy and a swarm host, with VNIs that differ, as iproute2 shows it.</summary>
[KillsSharedEngines]
public sealed class StitchTests(AgentLab agents) : IClassFixture<AgentLab>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Containers_that_come_and_go_on_one_side_come_and_go_in_the_tables_of_the_other()
    {
        await using var pair = await ExposedPair.CreateAsync(agents);
        var legacy = await pair.RunAsync(agents.Legacy);
        var swarm = await pair.RunAsync(agents.Swarm);
        await pair.ExposeAsync(ExposureState.Active);
        await pair.UntilStitchedAsync(agents.Legacy, swarm);
        await pair.UntilStitchedAsync(agents.Swarm, legacy);
        Assert.Equal(swarm.Name, await legacy.AskAsync($"{await pair.AddressAsync(swarm)}", Cancel));
        Assert.Equal(legacy.Name, await swarm.AskAsync($"{await pair.AddressAsync(legacy)}", Cancel));

        var more = await pair.RunAsync(agents.Swarm);
        await pair.UntilStitchedAsync(agents.Legacy, swarm, more);
        Assert.Equal(more.Name, await legacy.AskAsync($"{await pair.AddressAsync(more)}", Cancel));
        await AgentLab.UntilAsync("report", async () => await pair.ReportAsync(agents.Legacy) is { Desired: 2, Programmed: 2, Error: null });

        await more.RemoveAsync(Cancel);
        await pair.UntilStitchedAsync(agents.Legacy, swarm);

        await pair.ExposeAsync(ExposureState.Retracting);
        await pair.UntilStitchedAsync(agents.Legacy);
        await pair.UntilStitchedAsync(agents.Swarm);
        await AgentLab.UntilAsync("report", async () => await pair.ReportAsync(agents.Legacy) is { Desired: 0, Programmed: 0, Error: null });
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_namespace_that_is_made_anew_is_stitched_again_also_after_its_counter_has_two_digits()
    {
        await using var pair = await ExposedPair.CreateAsync(agents);
        var legacy = await pair.RunAsync(agents.Legacy);
        var swarm = await pair.RunAsync(agents.Swarm);
        await pair.ExposeAsync(ExposureState.Active);
        await pair.UntilStitchedAsync(agents.Swarm, legacy);
        for (var i = 0; i < 12; i++)
        {
            // With its last container the network's namespace goes, entries and all.
            await agents.Swarm.DockerAsync(["stop", "--time", "0", swarm.Id], Cancel);
            await agents.Swarm.DockerAsync(["start", swarm.Id], Cancel);
            await AgentLab.UntilAsync("report", async () => await pair.ReportAsync(agents.Swarm) is { Programmed: 1 });
            Assert.Equal(legacy.Name, await AskAsync(swarm, $"{await pair.AddressAsync(legacy)}"));
        }
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Foreign_entries_stay_and_own_ones_that_somebody_removed_come_back()
    {
        await using var pair = await ExposedPair.CreateAsync(agents);
        var legacy = await pair.RunAsync(agents.Legacy);
        var swarm = await pair.RunAsync(agents.Swarm);
        var overlay = agents.Legacy.OverlayNamespace(pair.LegacyId);
        (await overlay.ExecAsync(Cancel, "ip", "neigh", "add", "10.99.0.9", "lladdr", "02:42:0a:63:00:09", "dev", "vxlan0", "nud", "permanent")).Success();
        await pair.ExposeAsync(ExposureState.Active);
        var wanted = await pair.EntriesForAsync(swarm);
        await AgentLab.UntilAsync("stitch", async () => wanted.All((await pair.EntriesAsync(agents.Legacy)).Contains));

        (await overlay.ExecAsync(Cancel, "ip", "neigh", "flush", "dev", "vxlan0", "to", $"{await pair.AddressAsync(swarm)}", "nud", "permanent")).Success();
        await AgentLab.UntilAsync("healing", async () => wanted.All((await pair.EntriesAsync(agents.Legacy)).Contains));

        await pair.ExposeAsync(ExposureState.Retracting);
        await AgentLab.UntilAsync("retraction", async () => (await pair.EntriesAsync(agents.Legacy)) is ["10.99.0.9 02420A630009"]);
        Assert.NotNull(legacy);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Entries_stay_without_store_and_agent_and_an_agent_that_comes_back_removes_exactly_its_own()
    {
        await using var pair = await ExposedPair.CreateAsync(agents);
        var legacy = await pair.RunAsync(agents.Legacy);
        var swarm = await pair.RunAsync(agents.Swarm);
        await pair.ExposeAsync(ExposureState.Active);
        await pair.UntilStitchedAsync(agents.Legacy, swarm);
        await pair.UntilStitchedAsync(agents.Swarm, legacy);

        await agents.KillControlAsync();
        await agents.KillAgentAsync(agents.Legacy);
        Assert.Equal(swarm.Name, await legacy.AskAsync($"{await pair.AddressAsync(swarm)}", Cancel));
        Assert.Equal(await pair.EntriesForAsync(swarm), await pair.EntriesAsync(agents.Legacy));

        await agents.StartControlAsync();
        await pair.ExposeAsync(ExposureState.Retracting);
        await pair.UntilStitchedAsync(agents.Swarm);
        Assert.Equal(await pair.EntriesForAsync(swarm), await pair.EntriesAsync(agents.Legacy));
        await agents.StartAgentAsync(agents.Legacy);
        await pair.UntilStitchedAsync(agents.Legacy);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Killing_an_engine_leaves_the_data_path_and_its_restart_brings_it_back()
    {
        await using var pair = await ExposedPair.CreateAsync(agents);
        var legacy = await pair.RunAsync(agents.Legacy, "--restart", "always");
        var swarm = await pair.RunAsync(agents.Swarm);
        await pair.ExposeAsync(ExposureState.Active);
        await pair.UntilStitchedAsync(agents.Legacy, swarm);
        await pair.UntilStitchedAsync(agents.Swarm, legacy);

        var address = await pair.AddressAsync(legacy);
        await agents.Legacy.Engine.KillAsync(Cancel);
        await AgentLab.UntilAsync(
            "engine down", async () => (await agents.RecordAsync<HostRecord>(BridgeKeys.Host(agents.Legacy.Name)))?.Engine == EngineState.Down);
        Assert.Equal(legacy.Name, await swarm.AskAsync($"{address}", Cancel));

        await agents.Legacy.Engine.StartAsync(Cancel);
        await AgentLab.UntilAsync("container back", async () => (await agents.AttachmentsAsync(agents.Legacy, pair.LegacyId)).Count == 1);
        await pair.UntilStitchedAsync(agents.Legacy, swarm);
        await pair.UntilStitchedAsync(agents.Swarm, legacy);
        Assert.Equal(swarm.Name, await AskAsync(legacy, $"{await pair.AddressAsync(swarm)}"));
    }

    /// <summary>A container whose own interface was just made may need a moment before its first packet.</summary>
    private static async Task<string> AskAsync(LabContainer from, string target)
    {
        var answer = "";
        await AgentLab.UntilAsync($"answer to {from.Name}", async () =>
        {
            var result = await from.ExecAsync(Cancel, "curl", "-sS", "--max-time", "2", $"http://{target}/");
            answer = result.Output.TrimEnd();
            return result.ExitCode == 0;
        });
        return answer;
    }
}
