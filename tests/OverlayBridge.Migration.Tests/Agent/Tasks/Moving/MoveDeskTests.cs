using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Migration.Agent.Tasks.Steps;
using OverlayBridge.Migration.Tests.Expose;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>What a target does for whoever has the token of another host's agent, and what not.</summary>
public sealed class MoveDeskTests : IAsyncDisposable
{
    private readonly Background background = new();
    private readonly KeyStore store = new();
    private readonly MovableEngine target = new(new MovableEngine.Fleet(), "h4", "26.1.5", "active");

    public MoveDeskTests()
    {
        StoredRun.Write(store, StoredRun.Plan);
        StoredRun.Ask(store);
        var options = new AgentOptions("h4", IPAddress.Parse("172.31.0.4"), "", "", "test");
        RunningDesk.Start(new AgentTools(new ManagerEngine(new Faults()), target, target, store, new FakeDevices(), options, TimeProvider.System, NullLogger.Instance), store, background);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static JsonObject Healthy => new MovePaper((JsonObject)Sample.Container().Paper).Blueprint(Sample.Id);

    public ValueTask DisposeAsync() => background.DisposeAsync();

    [Fact]
    public async Task While_its_step_is_under_way_the_container_of_the_plan_is_made_and_started_and_removed_only_by_the_undo()
    {
        Assert.Equal((true, "created"), Stands(await AskAsync(MoveWant.Made)));
        Assert.Equal((true, "running"), Stands(await AskAsync(MoveWant.Running)));
        Assert.Contains("is not undoing move-container.h1.db", (await RefusedAsync(MoveWant.Gone)).Message, StringComparison.Ordinal);
        Assert.Equal(["db"], target.Names);

        StoredRun.Ask(store, undo: true);
        Assert.Contains("is not carrying out move-container.h1.db", (await RefusedAsync(MoveWant.Running)).Message, StringComparison.Ordinal);
        Assert.Equal((false, ""), Stands(await AskAsync(MoveWant.Gone)));
        Assert.Empty(target.Names);
    }

    [Theory]
    [InlineData(RunState.Paused, true)]
    [InlineData(RunState.RollingBack, true)]
    [InlineData(RunState.Done, false)]
    [InlineData(RunState.RolledBack, false)]
    [InlineData(RunState.Retired, false)]
    public async Task A_run_that_is_over_moves_nothing(RunState state, bool isUnderWay)
    {
        StoredRun.Write(store, StoredRun.Plan, state);
        if (isUnderWay)
            Assert.Equal((true, "created"), Stands(await AskAsync(MoveWant.Made)));
        else
            Assert.Contains("the run of plan plan is over", (await RefusedAsync(MoveWant.Made)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StepState.Done)]
    [InlineData(StepState.Failed)]
    [InlineData(StepState.Skipped)]
    [InlineData(StepState.Undone)]
    public async Task A_step_that_is_not_under_way_moves_nothing_and_what_to_do_is_said(StepState state)
    {
        StoredRun.Ask(store, state: state);

        var refused = await RefusedAsync(MoveWant.Made);

        Assert.Equal("On h4: The agent of h1 asks to have db made here, but the run of plan plan is not carrying out move-container.h1.db at this moment.", refused.Message);
        Assert.Contains("overlaybridge migrate", refused.Remedy, StringComparison.Ordinal);
        Assert.Contains("overlaybridge token revoke", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_a_host_writes_for_itself_is_no_permission()
    {
        store.Remove(BridgeKeys.RunStep("run", StoredRun.Step));
        var step = Assert.Single(PlanSteps.Of(StoredRun.Plan), static step => step.Kind == StepKind.MoveContainer);
        store.Set(BridgeKeys.HostTask("h1", step.Id), BridgeRecords.Encode(new HostTaskRecord("run", step.Id, 1, false, false, StepContent.Of(StoredRun.Plan, step).ToText(), 60, default)));

        Assert.Contains("is not carrying out", (await RefusedAsync(MoveWant.Made)).Message, StringComparison.Ordinal);

        store.Remove(BridgeKeys.Migration);
        Assert.Contains("no plan was ever started here", (await RefusedAsync(MoveWant.Made)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_host_container_name_target_or_network_than_the_plans_is_refused()
    {
        const string NotMoved = "does not move that container from";
        Assert.Contains($"{NotMoved} h2 to h4", (await RefusedAsync(MoveWant.Made, source: "h2")).Message, StringComparison.Ordinal);
        Assert.Contains(NotMoved, (await RefusedAsync(MoveWant.Made, change: static request => request with { ContainerId = new string('e', 64) })).Message, StringComparison.Ordinal);
        Assert.Contains(NotMoved, (await RefusedAsync(MoveWant.Made, change: static request => request with { Name = "web" })).Message, StringComparison.Ordinal);
        var other = await RefusedAsync(MoveWant.Made, change: static request => request with { Networks = [.. request.Networks, new MoveEndpoint("secret", null, null, [])] });
        Assert.Contains("the network secret is none of the plan plan", other.Message, StringComparison.Ordinal);

        var host = StoredRun.Host;
        StoredRun.Write(store, StoredRun.Plan with { Hosts = [host with { Containers = [host.Containers[0] with { MoveTo = "h5" }] }] });
        Assert.Contains($"{NotMoved} h1 to h4", (await RefusedAsync(MoveWant.Made)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_is_not_the_runs_own_is_believed_in_nothing()
    {
        store.Set(BridgeKeys.RunPlan("run", 0), [1, 2, 3]);
        Assert.Contains("cannot be read", (await RefusedAsync(MoveWant.Made)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Privileged", "true", "db is privileged")]
    [InlineData("privileged", "true", "db has privileged, of which this program does not know")]
    [InlineData("Binds", """["/:/host"]""", "db has volumes or files of its host")]
    [InlineData("Mounts", """[{"Type": "bind", "Source": "/", "Target": "/host"}]""", "db has volumes or files of its host")]
    [InlineData("Devices", """[{"PathOnHost": "/dev/sda"}]""", "db uses devices (--device)")]
    [InlineData("CapAdd", """["SYS_ADMIN"]""", "the capability SYS_ADMIN")]
    [InlineData("PidMode", "\"host\"", "--pid")]
    [InlineData("PortBindings", """{"22/tcp": [{"HostPort": "22"}]}""", "publishes ports")]
    public async Task The_target_judges_the_container_itself_whatever_the_source_has_checked(string field, string value, string words)
    {
        var blueprint = Healthy;
        blueprint["HostConfig"]![field] = JsonNode.Parse(value);

        var refused = await RefusedAsync(MoveWant.Made, blueprint.ToJsonString());

        Assert.StartsWith("On h4: db ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.Contains("convert-host", refused.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"HostConfig": {}, "HostConfig": {"Privileged": true}}""", "")]
    [InlineData("""{"HostConfig": {}, "hostconfig": {"Privileged": true}}""", "db has hostconfig, of which this program does not know")]
    [InlineData("""{"HostConfig": {"Privileged": false, "Privileged": true}}""", "")]
    [InlineData("""{"HostConfig": "all"}""", "is no container on a network")]
    [InlineData("""{"Image": "lab"}""", "is no container on a network")]
    [InlineData("[]", "is no container on a network")]
    [InlineData("{", "")]
    public async Task A_blueprint_that_two_readers_may_understand_in_two_ways_is_refused(string blueprint, string words) =>
        Assert.Contains(words, (await RefusedAsync(MoveWant.Made, blueprint)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Its_place_and_its_mark_are_the_targets_to_say()
    {
        var blueprint = Healthy;
        blueprint["HostConfig"]!["NetworkMode"] = "secret";
        blueprint["HostConfig"]!["MaskedPaths"] = new JsonArray("/nowhere");
        blueprint["HostConfig"]!["ReadonlyPaths"] = new JsonArray("/nowhere");
        blueprint["NetworkingConfig"] = new JsonObject { ["EndpointsConfig"] = new JsonObject { ["secret"] = new JsonObject { ["Aliases"] = new JsonArray("vault") } } };
        blueprint["Labels"]![MovePaper.Label] = "h2/another";

        await AskAsync(MoveWant.Made, blueprint.ToJsonString());

        var made = target["db"];
        Assert.Equal([Sample.Network], made.Places.Keys);
        Assert.Equal(["database"], made.Places[Sample.Network].Aliases);
        Assert.Equal($"h1/{Sample.Id}", made.Paper["Config"]!["Labels"]![MovePaper.Label]!.GetValue<string>());
        Assert.Equal(
            """{"NetworkMode":"legacy1","RestartPolicy":{"Name":"on-failure","MaximumRetryCount":5},"Memory":1048576,"IpcMode":"private"}""", made.Paper["HostConfig"]!.ToJsonString());
    }

    [Fact]
    public async Task To_look_needs_no_run() => Assert.Equal((false, ""), Stands(await WithoutRunAsync()));

    [Fact]
    public async Task What_may_be_left_behind_is_the_plans_to_say()
    {
        await AskAsync(MoveWant.Made);
        target.Written["db"] = [new("/data/orders", LayerChangeKind.Added)];
        StoredRun.Ask(store, undo: true);
        Assert.StartsWith("db.", (await AskAsync(MoveWant.Gone)).Kept, StringComparison.Ordinal);
        StoredRun.Ask(store);
        await AskAsync(MoveWant.Made);

        var host = StoredRun.Host;
        StoredRun.Write(store, StoredRun.Plan with { Hosts = [host with { Containers = [host.Containers[0] with { LeaveBehind = ["/data"] }] }] });
        StoredRun.Ask(store, undo: true);

        Assert.Equal("", (await AskAsync(MoveWant.Gone)).Kept);
    }

    private Task<MoveAnswer> WithoutRunAsync()
    {
        store.Remove(BridgeKeys.Migration);
        return AskAsync(MoveWant.Look);
    }

    private static (bool IsOurs, string State) Stands(MoveAnswer answer) => (answer.IsOurs, answer.State);

    private async Task<StepException> RefusedAsync(MoveWant want, string? blueprint = null, string source = "h1", Func<MoveRequest, MoveRequest>? change = null)
    {
        var before = target.Names;
        var refused = await Assert.ThrowsAsync<StepException>(() => AskAsync(want, blueprint, source, change));
        Assert.Equal(before, target.Names);
        Assert.NotEmpty(refused.Remedy);
        return refused;
    }

    private async Task<MoveAnswer> AskAsync(MoveWant want, string? blueprint = null, string source = "h1", Func<MoveRequest, MoveRequest>? change = null)
    {
        var door = new MoveDoor(store, source, new PassingFailures(), TimeProvider.System);
        var request = new MoveRequest(
            MoveDoor.NewId(), "h4", Sample.Id, "db", Sample.Image, MoveWant.Look, [new MoveEndpoint(Sample.Network, Sample.Address, null, ["database"])], "");
        var key = (await door.AskAsync(request, Cancel)).PublicKey;
        request = request with { Id = MoveDoor.NewId(), Want = want, Blueprint = want == MoveWant.Made ? SealedText.Seal(blueprint ?? Healthy.ToJsonString(), key) : "" };
        return await door.AskAsync(change?.Invoke(request) ?? request, Cancel);
    }
}
