using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Mirroring;

public sealed class BridgeMirrorTests : IAsyncDisposable
{
    private readonly KeyStore store = new();
    private readonly Background background = new();
    private readonly List<BridgeState> states = [];
    private int wentBack;

    public ValueTask DisposeAsync() => background.DisposeAsync();

    private void Start() => background.Run(token =>
        new BridgeMirror(store, background.Absence, NullLogger.Instance).RunAsync(Add, () => Interlocked.Increment(ref wentBack), token));

    private void Add(BridgeState state)
    {
        lock (states)
            states.Add(state);
    }

    private BridgeState? Last
    {
        get
        {
            lock (states)
                return states.LastOrDefault();
        }
    }

    private static HostRecord Host(string name) => new(
        name, "", "", IPAddress.Parse("172.31.0.1"), null, HostState.Up, EngineState.Up, DateTimeOffset.UnixEpoch, "");

    private static AttachmentRecord Attachment(string endpoint) => new(
        "n1", "appnet", endpoint, "c1", "db", InterfaceAddress.Parse("10.60.0.3/24"), PhysicalAddress.Parse("02:42:0a:3c:00:03"), []);

    private void Put<T>(string key, T record)
        where T : IBridgeRecord<T> => store.Set(key, BridgeRecords.Encode(record));

    [Fact]
    public async Task Hosts_and_attachments_are_told_as_they_change()
    {
        Start();
        await background.AtOnceAsync(() => Last is { Hosts.Count: 0 });
        Put(BridgeKeys.Host("h1"), Host("h1"));
        await background.AtOnceAsync(() => Last!.Hosts.ContainsKey("h1"));
        Put(BridgeKeys.Attachment("h1", "n1", "e1"), Attachment("e1"));
        await background.AtOnceAsync(() => Last!.Attachments is [{ Host: "h1", Attachment.EndpointId: "e1" }]);
        store.Remove(BridgeKeys.Attachment("h1", "n1", "e1"));
        await background.AtOnceAsync(() => Last!.Attachments is []);
    }

    [Fact]
    public async Task When_a_wait_runs_out_without_a_change_no_records_are_read_again()
    {
        Put(BridgeKeys.Host("h1"), Host("h1"));
        Start();
        await background.AtOnceAsync(() => Last is { Hosts.Count: 1 });
        for (var waits = 1; waits <= 3; waits++)
            await background.UntilAsync(() =>
            {
                store.EndWaits(); // once more where the watch was not waiting yet
                return store.CountKeyLists(BridgeKeys.Hosts) >= waits;
            });
        Assert.Equal(1, store.CountLists(BridgeKeys.Hosts));

        Put(BridgeKeys.Host("h2"), Host("h2"));
        await background.UntilAsync(() => Last is { Hosts.Count: 2 });
        Assert.Equal(2, store.CountLists(BridgeKeys.Hosts));
    }

    [Fact]
    public async Task A_heartbeat_of_an_agent_of_an_earlier_version_is_no_change()
    {
        Put(BridgeKeys.Host("h1"), Host("h1"));
        Start();
        await background.AtOnceAsync(() => Last is not null);
        for (ulong i = 0; i < 20; i++)
            Put(BridgeKeys.FormerHeartbeat("h1"), new HeartbeatRecord(i, DateTimeOffset.UnixEpoch));
        Put(BridgeKeys.Host("h2"), Host("h2"));
        await background.AtOnceAsync(() => Last!.Hosts.Count == 2);
        Assert.Equal(2, states.Count);
    }

    [Fact]
    public async Task The_services_of_tasks_are_told_and_other_containers_are_no_change()
    {
        Start();
        await background.AtOnceAsync(() => Last is not null);
        Put(BridgeKeys.Container("h1", "c1"), Container("c1"));
        Put(BridgeKeys.Container("h3", "c2"), Container("c2", ("com.docker.swarm.service.name", "api")));
        await background.AtOnceAsync(() => Last!.Services.SequenceEqual([KeyValuePair.Create("c2", "api")]));
        Assert.Equal(2, states.Count);
        store.Remove(BridgeKeys.Container("h3", "c2"));
        await background.AtOnceAsync(() => Last!.Services.IsEmpty);
    }

    private static ContainerRecord Container(string id, params (string Key, string Value)[] labels) =>
        new(id, id, "lab:1", "running", labels.ToImmutableSortedDictionary(label => label.Key, label => label.Value));

    [Fact]
    public async Task Of_a_key_that_has_not_changed_the_same_record_is_told_again_and_what_many_have_in_common_is_one_text()
    {
        Put(BridgeKeys.Attachment("h1", "n1", "e1"), Attachment("e1"));
        Put(BridgeKeys.Attachment("h1", "n1", "e2"), Attachment("e2"));
        Put(BridgeKeys.Attachment("h1", "n1", "e4"), Attachment("e4"));
        Start();
        await background.AtOnceAsync(() => Last is { Attachments.Length: 3 });
        var before = Last!.Attachments;
        store.Remove(BridgeKeys.Attachment("h1", "n1", "e1"));
        Put(BridgeKeys.Attachment("h1", "n1", "e3"), Attachment("e3"));
        Put(BridgeKeys.Attachment("h1", "n1", "e4"), Attachment("e4") with { ContainerName = "web" });
        await background.AtOnceAsync(() => Last!.Attachments is [{ Attachment.EndpointId: "e2" }, { Attachment.EndpointId: "e3" }, { Attachment.ContainerName: "web" }]);
        var after = Last!.Attachments;
        Assert.Same(before[1], after[0]);
        Assert.All(after, one =>
        {
            Assert.Same(after[0].Host, one.Host);
            Assert.Same(after[0].Attachment.NetworkId, one.Attachment.NetworkId);
            Assert.Same(after[0].Attachment.NetworkName, one.Attachment.NetworkName);
        });
    }

    [Fact]
    public async Task A_damaged_record_hides_no_other()
    {
        store.Set(BridgeKeys.Attachment("h1", "n1", "e1"), "{"u8.ToArray());
        Put(BridgeKeys.Attachment("h1", "n1", "e2"), Attachment("e2"));
        Start();
        await background.AtOnceAsync(() => Last is { Attachments: [{ Attachment.EndpointId: "e2" }] });
    }

    [Fact]
    public async Task While_the_store_is_away_nothing_is_told_and_afterwards_what_changed()
    {
        Put(BridgeKeys.Host("h1"), Host("h1"));
        Start();
        await background.AtOnceAsync(() => Last is { Hosts.Count: 1 });
        store.IsAway = true;
        Put(BridgeKeys.Host("h2"), Host("h2"));
        background.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Single(states);
        store.IsAway = false;
        await background.UntilAsync(() => Last!.Hosts.Count == 2);
    }

    [Fact]
    public async Task A_store_whose_index_went_back_is_told()
    {
        for (var i = 0; i < 5; i++)
            Put(BridgeKeys.Host($"h{i}"), Host($"h{i}"));
        Start();
        await background.AtOnceAsync(() => Last is { Hosts.Count: 5 });
        store.Reset();
        await background.AtOnceAsync(() => Volatile.Read(ref wentBack) > 0 && Last!.Hosts.Count == 0);
    }
}
