using System.Net;
using System.Text;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Runs;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>A run in the store, as the executor writes it, that moves <see cref="Sample.Container"/> from h1 to h4.</summary>
internal static class StoredRun
{
    public const string Step = "move-container.h1.db";

    public static PlanHost Host { get; } = new(
        "h1", IPAddress.Parse("172.31.0.1"), HostStrategy.MoveContainer, "20.10.5", null,
        [new PlanContainer(Sample.Id, "db", true, null, "h4", [new PlanAttachment(Sample.Network, Sample.Address, Sample.MacOf(Sample.Address), ["database"])])]);

    public static MigrationPlan Plan { get; } = new(
        "plan", new PlanOrigin("bridge://m:8500", 1, default), "m", new PlanLimits(new Allowance(1, null), 1),
        [new PlanNetwork(Sample.Network, Sample.NetworkId, IPNetwork.Parse("10.77.0.0/24"))], [Host], [], PlanConstraints.None,
        [new PlanStage("stage", StageKind.Hosts, ["h1"], [], null)], []);

    public static void Write(KeyStore store, MigrationPlan plan, RunState state = RunState.Running)
    {
        var stored = StoredPlan.Of(plan);
        for (var chunk = 0; chunk < stored.Chunks.Length; chunk++)
            store.Set(BridgeKeys.RunPlan("run", chunk), stored.Chunks[chunk].ToArray());
        store.Set(BridgeKeys.Migration, BridgeRecords.Encode(new RunRecord("run", plan.Name, stored.Digest, stored.Chunks.Length, state, default, "", "", "root@m", default)));
    }

    public static void Ask(KeyStore store, bool undo = false, StepState state = StepState.Asked) =>
        store.Set(BridgeKeys.RunStep("run", Step), BridgeRecords.Encode(new StepRecord("run", Step, state, undo, 1, 0, default, null, [], "", "")));

    public static T Read<T>(KeyStore store, string key)
        where T : IBridgeRecord<T> => BridgeRecords.Decode<T>(key, Encoding.UTF8.GetBytes(store[key]!));
}
