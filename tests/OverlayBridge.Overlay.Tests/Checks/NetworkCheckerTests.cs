using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.Overlay.Checks;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Tests.Checks;

public class NetworkCheckerTests
{
    private static readonly IPNetwork Subnet = IPNetwork.Parse("10.81.0.0/16");
    private static readonly string LegacyId = Inventory.From(RecordedStore.Healthy).Networks.Single(network => network.Name == "back").Id;

    [Fact]
    public void Where_every_probe_arrives_and_everything_agrees_nothing_is_found()
    {
        var outcome = NetworkChecker.Check(Facts());
        Assert.Empty(outcome.Findings);
        Assert.Equal(6, outcome.Paths.Length);
        Assert.All(outcome.Paths, path => Assert.Equal("ok", path.State));
    }

    [Fact]
    public void A_host_that_hears_nobody_is_named_as_the_cause()
    {
        var finding = One(Facts(hears: (from, to) => to == "h3" ? (0, 0) : (8, 8)));
        Assert.Equal("udp-blocked", finding.Code);
        Assert.Equal(["h1", "h2", "h3"], finding.Hosts);
        Assert.Contains("No probe from h1, h2 arrives at h3", finding.What, StringComparison.Ordinal);
        Assert.Contains("UDP port 4789 are dropped at h3", finding.Why, StringComparison.Ordinal);
        Assert.Contains("(172.31.0.3)", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_nobody_hears_is_named_as_the_cause()
    {
        var finding = One(Facts(hears: (from, to) => from == "h2" ? (0, 0) : (8, 8)));
        Assert.Equal(["h2", "h1", "h3"], finding.Hosts);
        Assert.Contains("out of h2", finding.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void One_pair_is_named_with_its_direction()
    {
        var finding = One(Facts(hears: (from, to) => (from, to) is ("h1", "h3") ? (0, 0) : (8, 8)));
        Assert.Equal(["h1", "h3"], finding.Hosts);
        Assert.Contains("the other direction works", finding.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_way_on_which_only_short_packets_arrive_is_told_from_a_blocked_one() =>
        Assert.Equal("path-mtu", One(Facts(hears: (from, to) => (from, to) is ("h1", "h3") ? (8, 0) : (8, 8))).Code);

    [Fact]
    public void Different_MTUs_are_named_with_their_hosts()
    {
        var finding = One(Facts(probe: (host, report) => host == "h3" ? report with { Devices = [report.Devices[0] with { Mtu = 1400 }] } : report));
        Assert.Equal(("mtu-mismatch", "error"), (finding.Code, finding.Severity));
        Assert.Contains("1400 on h3; 1450 on h1, h2", finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interface_too_small_for_the_overlay_is_a_warning()
    {
        var finding = One(Facts(probe: (host, report) => host == "h2" ? report with { UplinkMtu = 1492 } : report));
        Assert.Equal(("mtu-uplink", "warning"), (finding.Code, finding.Severity));
    }

    [Fact]
    public void A_VNI_that_another_device_or_network_of_the_host_has_is_a_clash()
    {
        Assert.Contains("flannel.1", One(Facts(probe: (host, report) => host == "h1" ? report with { Foreign = [new("flannel.1", 261)] } : report)).What, StringComparison.Ordinal);
        var other = new NetworkRecord("swarmother", "other", "overlay", "swarm", true, [], null, [261], DateTimeOffset.UnixEpoch);
        var finding = One(Facts() with { Networks = [("h3", other), ("h9", other)] });
        Assert.Equal(("vni-clash", "h3"), (finding.Code, Assert.Single(finding.Hosts)));
        Assert.Empty(NetworkChecker.Check(Facts() with { Networks = [("h3", other with { Vnis = [4099] })] }).Findings);
    }

    [Fact]
    public void A_route_of_the_host_that_overlaps_is_named()
    {
        var finding = One(Facts(probe: (host, report) => host == "h1" ? report with { Routes = ["10.81.4.0/24 dev eth1"] } : report));
        Assert.Equal("host-route", finding.Code);
        Assert.Contains("10.81.4.0/24 dev eth1", finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_programmed_is_said_with_the_reason()
    {
        var report = new StitchReport(LegacyId, "1-abc", 3, 2, [new("10.81.128.1", "netlink error 28")], DateTimeOffset.UnixEpoch, null);
        var facts = Facts();
        var finding = One(facts with { Stitches = [("h1", report), .. facts.Stitches.Where(item => item.Host != "h1")] });
        Assert.Equal("not-programmed", finding.Code);
        Assert.Contains("2 of 3; 10.81.128.1: netlink error 28", finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Silence_is_told_apart_and_nothing_is_concluded_from_it()
    {
        var facts = Facts();
        var silent = NetworkChecker.Check(facts with { Probes = facts.Probes.Remove("h2") });
        Assert.Equal("no-answer", Assert.Single(silent.Findings).Code);
        Assert.Equal(4, silent.Paths.Count(path => path.State == "unknown"));
        var lost = NetworkChecker.Check(facts with { Probes = facts.Probes.Remove("h2"), Hosts = [.. facts.Hosts.Select(host => host.Name == "h2" ? host with { State = HostState.Lost } : host)] });
        Assert.Contains(lost.Findings, finding => finding.Code == "host-lost");
    }

    [Fact]
    public void A_swarm_container_on_an_address_that_legacy_engines_may_give_out_is_warned_of()
    {
        var facts = Facts();
        var finding = One(facts with { Attachments = [.. facts.Attachments, Member("h3", "swarm", "10.81.5.5", "stray")] });
        Assert.Equal(("not-set-aside", "warning"), (finding.Code, finding.Severity));
        // .3 is api2's in the legacy bitmap; here it moved over.
        Assert.Empty(NetworkChecker.Check(facts with { Attachments = [.. facts.Attachments.Where(item => item.Attachment.ContainerName != "b"), Member("h3", "swarm", "10.81.0.3", "moved"), Member("h2", LegacyId, "10.81.0.9", "b2")] })
            .Findings.Where(one => one.Code == "not-set-aside"));
    }

    [Fact]
    public void One_address_of_two_containers_is_an_error_that_names_both()
    {
        var facts = Facts();
        var finding = One(facts with { Attachments = [.. facts.Attachments, Member("h3", "swarm", "10.81.0.2", "twin")] });
        Assert.Equal("address-twice", finding.Code);
        Assert.Contains("a on h1 and twin on h3", finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_legacy_container_inside_the_fence_is_an_error()
    {
        var facts = Facts();
        var finding = NetworkChecker.Check(facts with { Exposure = facts.Exposure with { Fence = IPNetwork.Parse("10.81.0.0/24") } }).Findings.First(one => one.Code == "fence-broken");
        Assert.Contains("10.81.0.2", finding.What, StringComparison.Ordinal);
    }

    private static CheckFinding One(NetworkFacts facts) => Assert.Single(NetworkChecker.Check(facts).Findings);

    private static NetworkFacts Facts(Func<string, string, (int Short, int Full)>? hears = null, Func<string, PathProbeReport, PathProbeReport>? probe = null)
    {
        string[] hosts = ["h1", "h2", "h3"];
        var exposure = new ExposureRecord(
            "back", LegacyId, "swarm", Subnet, null, IPNetwork.Parse("10.81.128.0/17"), 261, 261, "consul://h:8500", ExposureState.Active, DateTimeOffset.UnixEpoch);
        return new(
            exposure, Inventory.From(RecordedStore.Healthy),
            [.. hosts.Select(Host)],
            [Member("h1", LegacyId, "10.81.0.2", "a"), Member("h2", LegacyId, "10.81.0.3", "b"), Member("h3", "swarm", "10.81.128.1", "c")],
            [],
            [("h1", Stitch(LegacyId)), ("h2", Stitch(LegacyId)), ("h3", Stitch("swarm"))],
            hosts.ToImmutableSortedDictionary(host => host, host => probe?.Invoke(host, Report(host)) ?? Report(host)));

        PathProbeReport Report(string host) => new(
            "id", true, 1500, [new(host == "h3" ? "swarm" : LegacyId, Subnet, "1-abc", "vxlan0", 261, 1450)], [], [],
            [.. hosts.Where(other => other != host).Select(other => new ProbeSent(other, Subnet, 8))],
            [
                .. from other in hosts
                   where other != host
                   let heard = hears?.Invoke(other, host) ?? (8, 8)
                   where heard != (0, 0)
                   select new ProbeHeard(other, Subnet, heard.Short, heard.Full),
            ],
            []);
    }

    private static HostRecord Host(string name) => new(
        name, "engine", "26.1.5", IPAddress.Parse($"172.31.0.{name[1]}"), null, HostState.Up, EngineState.Up, DateTimeOffset.UnixEpoch, "0.1.0");

    private static StitchReport Stitch(string network) => new(network, "1-abc", 1, 1, [], DateTimeOffset.UnixEpoch, null);

    private static (string, AttachmentRecord) Member(string host, string network, string address, string name) => (host, new(
        network, "back", $"e-{name}", $"c-{name}", name, InterfaceAddress.Parse($"{address}/16"),
        new PhysicalAddress([2, 66, .. IPAddress.Parse(address).GetAddressBytes()]), []));
}
