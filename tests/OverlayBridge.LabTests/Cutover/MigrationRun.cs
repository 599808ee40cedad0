using System.Text.Json;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests.Cutover;

/// <summary>What tests of whole runs wait for and look at.</summary>
internal static class MigrationRun
{
    /// <summary>Of containers that were moved (docs/decisions/033).</summary>
    private const string MovedLabel = "overlaybridge.moved-from";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The stage's steps are done, and it waits for a person.</summary>
    public static Task<JsonElement> WaitsAsync(this MigrationLab lab, string stage) => lab.StatusAsync(status => Waits(status, stage), $"a run that waits for 'migrate approve {stage}'");

    public static bool Waits(JsonElement status, string stage) => StateOf(status) == "running" &&
        status.GetProperty("executor") is { ValueKind: JsonValueKind.Object } executor && executor.GetProperty("waitsFor").EnumerateArray().Any(one => one.GetString()!.Contains($"migrate approve {stage}", StringComparison.Ordinal));

    public static Task<JsonElement> NoteAsync(this MigrationLab lab, string what) => lab.StatusAsync(status => IsPaused(status, what), $"a run that is paused: '{what}'");

    public static bool IsPaused(JsonElement status, string what) => StateOf(status) == "paused" && NoteOf(status).Contains(what, StringComparison.Ordinal);

    public static Task<JsonElement> StateAsync(this MigrationLab lab, string state) => lab.StatusAsync(status => StateOf(status) == state, $"a run that is {state}");

    public static string StateOf(JsonElement status) => status.GetProperty("run").GetProperty("state").GetString()!;

    public static string NoteOf(JsonElement status) => status.GetProperty("run").GetProperty("note").GetString()!;

    public static async Task<string> SwarmAsync(LabHost host) => await host.DockerAsync(["info", "--format", "{{.Swarm.LocalNodeState}}"], Cancel);

    /// <summary>The container of a name wherever it runs: where it was made, or where it was moved to.</summary>
    public static async Task<LabContainer> RunningAsync(this MigrationLab lab, string name)
    {
        var made = lab.Containers.Single(one => one.Name == name);
        return await made.Host.DockerAsync(["inspect", "--format", "{{.State.Running}}", name], Cancel) == "true"
            ? made
            : (await lab.Manager.ContainersAsync(MovedLabel, Cancel)).SingleOrDefault(one => one.Name == name) ?? made;
    }

    /// <summary>Names and addresses, wherever they run: what must not change when a container is moved.</summary>
    public static async Task<string> PlacesAsync(this MigrationLab lab) => string.Join('\n', await Task.WhenAll(lab.Containers.Select(async made =>
    {
        var identity = await CutoverLab.IdentityAsync(await lab.RunningAsync(made.Name));
        return $"{made.Name}{identity[identity.IndexOf(' ', StringComparison.Ordinal)..]}";
    })));

    /// <summary>Containers of all hosts reach each other, by name.</summary>
    public static async Task ReachAsync(this MigrationLab lab)
    {
        foreach (var (from, target) in new[] { ("db", "web-2"), ("db", "worker-2"), ("web-2", "db"), ("worker-1", "web-1"), ("web-3", "db"), ("worker-2", "worker-1") })
            await CutoverLab.ReachesAsync(await lab.RunningAsync(from), target, target, lab.Lab.Hosts);
    }

    /// <summary>Networks and endpoints of the legacy side, without what changes with every start of a container.</summary>
    public static async Task<string> InventoryAsync(this MigrationLab lab)
    {
        using var document = JsonDocument.Parse(await lab.RunAsync("inspect", lab.Bridge, "-o", "json"));
        return string.Join('\n', document.RootElement.GetProperty("networks").EnumerateArray()
            .SelectMany(static network => network.GetProperty("endpoints").EnumerateArray().Select(endpoint => $"{network.GetProperty("name").GetString()} {endpoint.GetProperty("name").GetString()}"))
            .Order(StringComparer.Ordinal));
    }

    /// <summary>Waits until the legacy side is as it was.</summary>
    public static Task InventoryIsAsync(this MigrationLab lab, string inventory) =>
        Wait.UntilAsync(async () => await lab.InventoryAsync() == inventory, TimeSpan.FromSeconds(60), "the inventory as it was", Cancel);

    /// <summary>After the end: no agent, no control node, no Consul.</summary>
    public static async Task LeaveAsync(this MigrationLab lab)
    {
        await Wait.UntilAsync(() => Task.FromResult(lab.Lab.Hosts.All(host => !lab.AgentRuns(host))), TimeSpan.FromSeconds(60), "agents that ended themselves", Cancel);
        await lab.StopAllControlAsync();
        await lab.Lab.Consul!.StopAsync(Cancel);
    }

    /// <summary>The proof that nothing is left, in its words.</summary>
    public static Task<string> AuditRetiredAsync(this MigrationLab lab) =>
        lab.RunAsync(["audit", "--retired", lab.Bridge, .. lab.Lab.Hosts.SelectMany(static host => new[] { "--engine", $"unix://{host.DockerSocket}" })]);
}
