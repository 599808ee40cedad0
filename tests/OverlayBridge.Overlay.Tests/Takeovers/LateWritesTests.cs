using System.Collections.Immutable;
using System.Text;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Takeovers;

public sealed class LateWritesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly SessionEntry Session = new("s1", "", "old", 0, "delete", "30s", [], 3, 3);
    private static readonly KeyValueEntry Node = Entry("docker/nodes/10.0.0.7:2376", "10.0.0.7:2376", 4) with { Session = "s1" };
    private static readonly StoreImage Left = new("consul://old", 9, [Node, Entry("docker/x", "1", 9)], [Session]);

    [Fact]
    public void Nothing_new_is_no_alarm()
    {
        Assert.Empty(LateWrites.Between(Left, Left, 9, Now));
        Assert.Empty(LateWrites.Between(null, Left, 9, Now));
    }

    [Fact]
    public void Each_change_is_named_by_key_index_and_what_it_was()
    {
        var after = Image(11, [Node, Entry("docker/y", "1", 10)]);
        Assert.Equal(
            [new TakeoverAlarm("docker/y", "added", 10, "", Now), new TakeoverAlarm("docker/x", "removed", 11, "", Now)],
            LateWrites.Between(Left, after, 9, Now));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_host_is_named_by_its_node_key_and_by_the_locator_of_an_endpoint(bool known)
    {
        var endpoint = Entry(
            $"docker/network/v1.0/endpoint/{new string('a', 64)}/{new string('b', 64)}/", $$"""{"name":"db","id":"{{new string('b', 64)}}","locator":"10.0.0.8"}""", 11);
        var after = Image(12, [endpoint, Node with { ModifyIndex = 12 }, Entry("docker/x", "1", 9)]);
        Assert.Equal(
            [("10.0.0.8", 11UL), ("10.0.0.7", 12UL)],
            LateWrites.Between(known ? Left : null, after, 9, Now).Select(static alarm => (alarm.Host, alarm.Index)));
    }

    [Fact]
    public void That_the_engines_sessions_run_out_there_is_no_alarm()
    {
        Assert.Empty(LateWrites.Between(Left, Image(12, [Entry("docker/x", "1", 9)]) with { Sessions = [] }, 9, Now));
        Assert.Empty(LateWrites.Between(Left, Image(12, [Node with { Session = null, ModifyIndex = 12 }, Entry("docker/x", "1", 9)]) with { Sessions = [] }, 9, Now));
    }

    [Fact]
    public void A_key_that_went_while_its_session_lives_was_deleted_by_someone() =>
        Assert.Equal("removed", Assert.Single(LateWrites.Between(Left, Image(12, [Entry("docker/x", "1", 9)]), 9, Now)).Change);

    [Fact]
    public void A_new_session_is_an_engine_that_joined_there() =>
        Assert.Equal(
            "session s2", Assert.Single(LateWrites.Between(Left, Left with { Sessions = [Session, Session with { Id = "s2", CreateIndex = 10 }] }, 9, Now)).Key);

    private static StoreImage Image(ulong index, ImmutableArray<KeyValueEntry> entries) => Left with { Index = index, Entries = entries };

    private static KeyValueEntry Entry(string key, string value, ulong index) => new(key, [.. Encoding.UTF8.GetBytes(value)], 0, index, index);
}
