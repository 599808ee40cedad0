using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.Engines.Watch;
using OverlayBridge.Migration.Agent.Mirroring;
using OverlayBridge.Migration.Agent.Naming;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Tests.Agent.Naming;

public sealed class NameViewsTests
{
    private static readonly IPAddress Own = IPAddress.Parse("172.18.0.1");
    private static readonly NamePlace Place = new(new(Own, 53), IPNetwork.Parse("172.18.0.0/16"));
    private static readonly IPAddress Site = IPAddress.Parse("10.0.0.53");
    private static readonly IPAddress Client = IPAddress.Parse("172.18.0.5");

    [Fact]
    public void Both_sides_of_an_exposed_network_are_named_with_aliases_and_services()
    {
        var view = NameViews.Build(State(), Host("swarm-1"), [new("c1", Client)], [Site], Place);

        var network = Assert.Single(view.ClientAt(Client).Networks);
        Assert.Equal("10.60.0.2", Address(network.Addresses("db")));
        Assert.Equal("10.60.0.2", Address(network.Addresses("database")));
        Assert.Equal("10.60.0.130", Address(network.Addresses("tasks.api")));
        Assert.True(view.IsKnown);
    }

    [Theory]
    [InlineData("legacy-1", 1)]
    [InlineData("swarm-1", 1)]
    [InlineData("other", 0)]
    public void A_container_sees_the_shared_networks_that_it_is_on(string network, int count) =>
        Assert.Equal(count, NameViews.Build(State(), Host(network), [new("c1", Client)], [], Place).ClientAt(Client).Networks.Length);

    [Fact]
    public void Somebody_on_the_bridge_who_is_not_known_yet_sees_all_of_them() =>
        Assert.Single(NameViews.Build(State(), Host("other"), [], [Site], Place).ClientAt(Client).Networks);

    [Fact]
    public void Somebody_on_another_bridge_sees_none_but_may_ask_for_all_else()
    {
        var client = NameViews.Build(State(), Host("swarm-1"), [new("c1", Client)], [Site], Place).ClientAt(IPAddress.Parse("172.17.0.5"));

        Assert.Empty(client.Networks);
        Assert.Equal("10.0.0.53:53", Assert.Single(client.Upstreams).ToString());
    }

    [Theory]
    [InlineData("", "10.0.0.53:53")]
    [InlineData("172.18.0.1", "10.0.0.53:53")]
    [InlineData("172.18.0.1 10.1.1.1 fd00::1", "10.1.1.1:53 [fd00::1]:53")]
    [InlineData("nonsense 10.1.1.1 10.1.1.1", "10.1.1.1:53")]
    public void Its_other_questions_go_to_its_own_servers_or_else_to_the_hosts_and_never_back_here(string servers, string expected)
    {
        var view = NameViews.Build(State(), Host("swarm-1", servers), [new("c1", Client)], [Own, Site], Place);

        Assert.Equal(expected, string.Join(' ', view.ClientAt(Client).Upstreams));
    }

    [Theory]
    [InlineData(ExposureState.Preparing)]
    [InlineData(ExposureState.Retracting)]
    public void A_network_that_is_not_exposed_or_no_longer_has_no_names(ExposureState state) =>
        Assert.Empty(NameViews.Build(State(state), Host("swarm-1"), [new("c1", Client)], [], Place).Others.Networks);

    [Fact]
    public void Before_the_store_was_read_nothing_is_known_but_the_servers_of_the_host()
    {
        var view = NameViews.Build(null, null, [], [Site], Place);

        Assert.False(view.IsKnown);
        Assert.Equal("10.0.0.53:53", Assert.Single(view.ClientAt(Client).Upstreams).ToString());
    }

    private static string Address(ImmutableArray<uint> addresses) =>
        new IPAddress(BitConverter.GetBytes(IPAddress.HostToNetworkOrder((int)Assert.Single(addresses)))).ToString();

    internal static BridgeState State(ExposureState state = ExposureState.Active) => BridgeState.Empty with
    {
        Exposures =
        [
            new("appnet", "legacy-1", "swarm-1", IPNetwork.Parse("10.60.0.0/24"), null, IPNetwork.Parse("10.60.0.128/25"), 256, 256, "consul://c:8500", state, DateTimeOffset.UnixEpoch),
        ],
        Attachments =
        [
            new("h1", Attachment("legacy-1", "e1", "c9", "db", "10.60.0.2/24", "database")),
            new("h3", Attachment("swarm-1", "e2", "c8", "api.1.x", "10.60.0.130/24")),
            new("h3", Attachment("unshared", "e3", "c7", "secret", "10.70.0.2/24")),
        ],
        Services = ImmutableSortedDictionary<string, string>.Empty.Add("c8", "api"),
    };

    private static AttachmentRecord Attachment(string network, string endpoint, string container, string name, string address, params string[] aliases) =>
        new(network, "appnet", endpoint, container, name, InterfaceAddress.Parse(address), PhysicalAddress.Parse("02420A3C0002"), [.. aliases]);

    internal static HostView Host(string network, string dns = "") => HostView.Unknown with
    {
        Containers = HostView.Unknown.Containers.Add("c1", new("c1", "web", "lab:1", "running", ImmutableSortedDictionary<string, string>.Empty,
            [new(network, "n", "e9", IPAddress.Parse("10.60.0.131"), 24, PhysicalAddress.Parse("02420A3C0083"), [])])
        {
            Dns = [.. dns.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
        }),
    };
}
