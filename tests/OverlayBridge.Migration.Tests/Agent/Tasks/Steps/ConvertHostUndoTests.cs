using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.Engines;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Migration.Agent.Tasks.Moving;
using OverlayBridge.Migration.Tests.Expose;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>The end of the way back on a host whose legacy engine, back again, was killed while it connected the container.</summary>
public sealed class ConvertHostUndoTests : IDisposable
{
    private const string Folder = $"docker/network/v1.0/endpoint/{Sample.NetworkId}/";
    private const string Count = $"docker/network/v1.0/endpoint_count/{Sample.NetworkId}/";
    private const string Daemon = """{"cluster-store": "consul://c:8500", "cluster-advertise": "172.31.0.1:2376"}""";

    /// <summary>Of the recording: its engine on 172.31.0.1 has the endpoint web1 at 10.77.0.2.</summary>
    private const string Recorded = "06a802d956edf9feec10e2c17b0dbd91d7f4c1ba356dc6f6e5d484f73850a29a";

    private static readonly string HalfMade = $"{Folder}{new string('7', 64)}/";

    /// <summary>What its engine writes of the container when it brings it onto the network.</summary>
    private static readonly string Live = $"{Folder}{new string('8', 64)}/";

    private readonly string folder = Directory.CreateTempSubdirectory("convert-undo-").FullName;
    private readonly KeyStore store = new();
    private readonly MovableEngine engine;
    private readonly FakeDevices devices = new();

    /// <summary>The engine believes in an endpoint that it was killed over.</summary>
    private bool isDamaged;

    public ConvertHostUndoTests()
    {
        engine = new(new MovableEngine.Fleet(), "e1", "20.10.5", "inactive")
        {
            ClusterStore = () => DaemonJson.StoreOf(File.ReadAllText(DaemonFile)) ?? "", NetworkId = static _ => Sample.NetworkId, EndpointId = new string('8', 64),
        };
        engine.IsDown = () => File.Exists(StoppedFile);
        engine.BeforeLook = () => isDamaged &= engine.ClusterStore().Length > 0;
        using var export = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Fixture("consul-healthy/kv-export.json")));
        foreach (var entry in export.RootElement.EnumerateArray())
            store.Set(entry.GetProperty("key").GetString()!, entry.GetProperty("value").GetBytesFromBase64());
        File.WriteAllText(DaemonFile, Daemon);
        new ConversionFile(Path.Combine(folder, "conversion.json")).Write(new ConversionNotes(
            new HostConversion("h1", "20.10.5", [new(Sample.Id, "db", true, [new(Sample.Network, Sample.NetworkId, new string('6', 64), Sample.Address, Sample.MacOf(Sample.Address), false, ["database"])])], default),
            Daemon, [], "/data", IsStopped: false, []));
        var container = Sample.Container();
        container.State = "exited";
        container.Places.Clear();
        engine.Add(container);
        // As engines do: the name is taken as long as the network has an endpoint of it.
        engine.BeforeChange = what =>
        {
            if (isDamaged && (what == $"start {Sample.Id}" || (what == $"connect {Sample.Id}" && engine["db"].State == "running")))
            {
                engine["db"].Places.TryAdd(Sample.Network, new(Sample.Address, ["database"]));
                throw new EngineException(
                    "Cannot connect it.", "It answered 500: could not add veth pair inside the network sandbox: error setting interface \"veth20959db\" master to \"br\": Device does not exist", "See the engine's log.", 500);
            }
            if (what == $"start {Sample.Id}" || (what == $"connect {Sample.Id}" && engine["db"].State == "running"))
                AddRecord(Live, Sample.Address, "db", "172.31.0.1");
            if (what == $"connect {Sample.Id}" && store[HalfMade] is not null)
                throw new EngineException("Cannot connect it.", "It answered 403: endpoint with name db already exists in network legacy1", "See the engine's log.", 403);
        };
    }

    public void Dispose()
    {
        store.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_the_killed_engine_had_half_made_is_deleted_and_the_container_connected()
    {
        AddHalfMade("172.31.0.1");

        var changes = await UndoAsync();

        Assert.Equal(
            [
                "Connect", "Delete what the engine had begun", "Stop the engine, and its containers with it",
                "Start the engine once without its store, for it to forget the endpoint that it was killed over", "Write daemon.json as it was before", "Start the engine", "Start db", "Remove the notes",
            ],
            changes.Select(FirstWords));
        Assert.Contains("db (legacy1 10.77.0.10)", changes[1], StringComparison.Ordinal);
        Assert.Null(store[HalfMade]);
        Assert.Equal("""{"Count":3}""", store[Count]);
        Assert.Equal("running", engine["db"].State);
    }

    [Fact]
    public async Task An_endpoint_of_that_name_on_another_host_stays_and_the_step_fails_with_the_engines_words()
    {
        AddHalfMade("172.31.0.2");

        var failure = await Assert.ThrowsAsync<EngineException>(UndoAsync);

        Assert.Contains("already exists", failure.Cause, StringComparison.Ordinal);
        Assert.NotNull(store[HalfMade]);
    }

    [Fact]
    public async Task An_endpoint_of_that_name_that_a_container_here_has_stays()
    {
        AddHalfMade("172.31.0.1");
        var other = new MovableEngine.Container(new string('c', 64), "other", []) { State = "running" };
        other.Places[Sample.Network] = new(IPAddress.Parse("10.77.0.11"), []);
        engine.Add(other);
        engine.EndpointId = new string('7', 64);

        await Assert.ThrowsAsync<EngineException>(UndoAsync);

        Assert.NotNull(store[HalfMade]);
    }

    [Theory]
    [InlineData("exited")]
    [InlineData("running")] // by its restart policy
    public async Task An_engine_that_brings_no_container_onto_the_network_is_started_once_without_its_store(string state)
    {
        isDamaged = true;
        engine["db"].State = state;

        var changes = await UndoAsync();

        Assert.Equal(
            [
                "Connect", .. state == "exited" ? (string[])["Start db"] : [], "Stop the engine, and its containers with it",
                "Start the engine once without its store, for it to forget the endpoint that it was killed over", "Write daemon.json as it was before", "Start the engine",
            ],
            changes.Select(FirstWords).Take(state == "exited" ? 6 : 5));
        Assert.Equal("Remove the notes", FirstWords(changes[^1]));
        Assert.Equal(Daemon, File.ReadAllText(DaemonFile));
        Assert.NotNull(store[Live]);
        Assert.Equal("running", engine["db"].State);
    }

    [Fact]
    public async Task A_device_of_the_network_in_the_hosts_own_namespace_is_deleted_and_no_other()
    {
        var others = new VxlanLink(8, "vx-000101-65c4e", 256, 1450);
        devices.Add(new VxlanLink(7, "vx-000100-65c4e", 256, 1450), others);
        await File.WriteAllTextAsync(StoppedFile, "", TestContext.Current.CancellationToken);

        var changes = await UndoAsync();

        Assert.Contains("Delete vx-000100-65c4e (a VXLAN device of an engine that was killed) from the host's own network namespace", changes);
        Assert.Equal([others], devices.Devices);
    }

    [Fact]
    public async Task A_count_that_was_left_wrong_is_set_right_at_the_end()
    {
        store.Set(Count, """{"Count":7}"""u8.ToArray());

        var changes = await UndoAsync();

        Assert.Contains("Set legacy1's count of endpoints from 8 to 3, unless it changes by itself", changes);
        Assert.Equal("""{"Count":3}""", store[Count]);
    }

    [Fact]
    public async Task An_engine_that_dies_while_it_is_first_looked_at_is_looked_for_again()
    {
        var looks = 0;
        engine.BeforeLook = () =>
        {
            if (++looks == 1)
                throw new EngineException("Cannot list containers.", "Connection refused", "See that it runs.");
        };

        Assert.Equal("Remove the notes", FirstWords((await UndoAsync())[^1]));
    }

    [Fact]
    public async Task An_engine_that_is_killed_at_the_very_end_is_waited_for()
    {
        var asked = 0;
        engine.IsDown = () => !File.Exists(Path.Combine(folder, "conversion.json")) && ++asked <= 3;

        Assert.Equal("Remove the notes", FirstWords((await UndoAsync())[^1]));
        Assert.True(asked > 3);
    }

    [Fact]
    public async Task One_that_does_not_come_back_is_named_and_no_container_is_said_to_be_gone()
    {
        engine.IsDown = () => !File.Exists(Path.Combine(folder, "conversion.json"));

        Assert.Equal("The host is not as it was before: its engine does not answer.", (await Assert.ThrowsAsync<StepException>(UndoAsync)).Message);
    }

    private string DaemonFile => Path.Combine(folder, "daemon.json");

    private static string FirstWords(string change) =>
        new[] { "Connect", "Delete what the engine had begun", "Start db", "Remove the notes" }.FirstOrDefault(words => change.StartsWith(words, StringComparison.Ordinal)) ?? change;

    private string StoppedFile => Path.Combine(folder, "stopped");

    private void AddHalfMade(string host) => AddRecord(HalfMade, Sample.Address, "db", host);

    /// <summary>As an engine does, with the count.</summary>
    private void AddRecord(string key, IPAddress address, string name, string host)
    {
        store.Set(key, Encoding.UTF8.GetBytes(
            store[$"{Folder}{Recorded}/"]!.Replace(Recorded, key[Folder.Length..^1], StringComparison.Ordinal)
                .Replace("10.77.0.2/24", $"{address}/24", StringComparison.Ordinal)
                .Replace("\"locator\":\"172.31.0.1\"", $"\"locator\":\"{host}\"", StringComparison.Ordinal)
                .Replace("\"name\":\"web1\"", $"\"name\":\"{name}\"", StringComparison.Ordinal)));
        store.Set(Count, RecordFormats.EndpointCount.Encode(new EndpointCountRecord(CountNow() + 1)).ToArray());
    }

    private ulong CountNow()
    {
        using var record = JsonDocument.Parse(store[Count]!);
        return record.RootElement.GetProperty("Count").GetUInt64();
    }

    private async Task<ImmutableArray<string>> UndoAsync()
    {
        var step = new PlanStep("convert-host.h1", StepKind.ConvertHost, "stage", "h1", null, null, TimeSpan.FromMinutes(1));
        var content = new StepContent(
            step, "plan", "m", [new(Sample.Network, Sample.NetworkId, IPNetwork.Parse("10.77.0.0/24"))], new PlanHost("h1", IPAddress.Parse("172.31.0.1"), HostStrategy.ConvertHost, "20.10.5", null, []), []);
        var run = new StepRun(new HostTaskRecord("run", step.Id, 1, true, false, content.ToText(), 60, default), content, [], static _ => { });
        var options = new AgentOptions("h1", IPAddress.Parse("172.31.0.1"), "", folder, "test") { Engine = EngineControl.Systemd with { DaemonJson = DaemonFile, Stop = ["touch", StoppedFile], Start = ["rm", "-f", StoppedFile] } };
        await using var background = new Background();
        Exception? failure = null;
        var isDone = false;
        background.Run(async token =>
        {
            try
            {
                await new ConvertHostStep(new AgentTools(new ManagerEngine(new Faults()), engine, engine, store, devices, options, background.Time, NullLogger.Instance)).RunAsync(run, token);
            }
            catch (Exception e) when (e is EngineException or StepException)
            {
                failure = e;
            }
            isDone = true;
        });
        await background.UntilAsync(() => isDone);
        return failure is null ? [.. run.Changes] : throw failure;
    }
}
