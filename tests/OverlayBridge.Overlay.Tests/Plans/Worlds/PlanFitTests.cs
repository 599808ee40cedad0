using System.Net;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Plans.Checks;
using OverlayBridge.Overlay.Plans.Worlds;
using static OverlayBridge.Overlay.Tests.Plans.Worlds.SampleWorld;

namespace OverlayBridge.Overlay.Tests.Plans.Worlds;

public sealed class PlanFitTests
{
    private static readonly MigrationPlan Probed = Plan with
    {
        Stages =
        [
            .. Plan.Stages.Select(static (stage, at) => at == 1
                ? stage with { Gates = stage.Gates.Add(new Gate.Probe("p", "h5", new ProbeTarget.Tcp("10.60.0.4", 80), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1, 0)) }
                : stage),
        ],
    };

    [Fact]
    public void A_plan_fits_the_world_that_it_was_made_from()
    {
        var fit = PlanFit.Of(Plan, World with { Index = 99 });

        Assert.True(fit.Fits);
        Assert.False(fit.CanRefresh);
    }

    public static TheoryData<string, string, string> Unsafe => new()
    {
        { "host gone", "HostGone h3", "Bring its agent back" },
        { "agent lost", "HostSilent h2", "Wait" },
        { "converted", "HostConverted h1", "plan create" },
        { "new host", "HostNew h6", "plan create" },
        { "unknown host in the store", "HostNew 172.31.0.9", "Start an agent" },
        { "host moved", "HostMoved h1", "same host" },
        { "manager demoted", "ManagerLost h4", "another manager" },
        { "worker gone", "SwarmHostGone h5", "another host" },
        { "network gone", "NetworkGone appnet", "plan create" },
        { "network made anew", "NetworkChanged appnet", "plan create" },
        { "other network", "NetworkNew h1/db", "plan create" },
        { "probed address moved", "AddressChanged h2/web-2", "change the probe" },
        { "two replicas on a host", "PlanBroken replicaSets/0", "plan create" },
    };

    [Theory, MemberData(nameof(Unsafe))]
    public void A_change_that_stages_depend_on_is_told_and_not_taken_over(string change, string expected, string remedy)
    {
        var fit = PlanFit.Of(Probed, Changed(change));

        var found = fit.Changes.First(item => $"{item.Kind} {item.Subject}" == expected);
        Assert.False(fit.Fits || fit.CanRefresh || found.IsSafe);
        Assert.Contains(remedy, found.Remedy, StringComparison.Ordinal);
        Assert.EndsWith(".", found.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Safe => new()
    {
        { "new container", "ContainerNew h1/cache" },
        { "container gone", "ContainerGone h2/worker-1" },
        { "container made anew", "ContainerReplaced h1/db" },
        { "container stopped", "ContainerStopped h3/web-3" },
        { "address moved", "AddressChanged h1/db" },
        { "other engine", "EngineChanged h2" },
    };

    [Theory, MemberData(nameof(Safe))]
    public void A_change_that_no_stage_depends_on_is_taken_over_and_the_plan_fits_again(string change, string expected)
    {
        var world = Changed(change) with { Index = 77 };
        var fit = PlanFit.Of(Probed, world);
        var refreshed = PlanRefresh.Of(Probed, world, Now.AddDays(1));

        Assert.Equal([expected], fit.Changes.Select(static item => $"{item.Kind} {item.Subject}"));
        Assert.True(fit.CanRefresh);
        Assert.True(PlanFit.Of(refreshed, world).Fits);
        Assert.Empty(PlanCheck.Of(refreshed));
        Assert.Equal((77UL, Now.AddDays(1)), (refreshed.Origin.Index, refreshed.Origin.Created));
        Assert.Equal(Probed.Stages, refreshed.Stages);
    }

    [Fact]
    public void A_new_replica_comes_into_the_set_of_its_service()
    {
        var world = With("h1", static host => host with { Containers = host.Containers.Add(Container("worker-3", 9, "worker")) });

        var refreshed = PlanRefresh.Of(Plan, world, Now);

        Assert.Contains("h1/worker-3", refreshed.ReplicaSets.Single(static set => set.Name == "shop/worker").Members);
        Assert.Equal("shop/worker", refreshed.Hosts[0].Containers.Single(static container => container.Name == "worker-3").ReplicaSet);
    }

    [Fact]
    public void A_stopped_container_keeps_its_place()
    {
        var refreshed = PlanRefresh.Of(Plan, Changed("container stopped"), Now);

        var stopped = refreshed.Hosts[2].Containers.Single(static container => container.Name == "web-3");
        Assert.False(stopped.IsRunning);
        Assert.Equal(IPAddress.Parse("10.60.0.6"), stopped.Attachments[0].Address);
    }

    [Fact]
    public void A_new_container_of_a_host_whose_containers_move_has_nowhere_to_go()
    {
        var plan = Make(World, Request with { Strategy = HostStrategy.MoveContainer });

        var change = Assert.Single(PlanFit.Of(plan, Changed("new container")).Changes);

        Assert.Equal((WorldChangeKind.ContainerNew, false), (change.Kind, change.IsSafe));
    }

    private static PlanWorld Changed(string change) => change switch
    {
        "host gone" => With("h3", static _ => null),
        "agent lost" => With("h2", static host => host with { Trouble = "agent is not heard of" }),
        "converted" => With("h1", static host => host with { Side = WorldSide.SwarmWorker }),
        "new host" => World with { Hosts = World.Hosts.Add(Host("h6", 6, Container("x", 8, null))) },
        "unknown host in the store" => World with { StoreHosts = World.StoreHosts.Add(IPAddress.Parse("172.31.0.9")) },
        "host moved" => With("h1", static host => host with { Vtep = IPAddress.Parse("172.31.0.11") }),
        "manager demoted" => With("h4", static host => host with { Side = WorldSide.SwarmWorker }),
        "worker gone" => With("h5", static _ => null),
        "network gone" => World with { Networks = [] },
        "network made anew" => World with { Networks = [World.Networks[0] with { Id = new string('2', 64) }] },
        "other network" => With("h1", "db", static container => container with { Attachments = [.. container.Attachments, container.Attachments[0] with { Network = "other" }] })
            with { Networks = World.Networks.Add(new("other", new string('3', 64), IPNetwork.Parse("10.61.0.0/24"), [])) },
        "probed address moved" => With("h2", "web-2", static container => container with { Attachments = [container.Attachments[0] with { Address = IPAddress.Parse("10.60.0.40") }] }),
        "two replicas on a host" => With("h1", static host => host with { Containers = host.Containers.Add(Container("web-4", 9, "web")) }),
        "new container" => With("h1", static host => host with { Containers = host.Containers.Add(Container("cache", 8, null)) }),
        "container gone" => With("h2", "worker-1", static _ => null),
        "container made anew" => With("h1", "db", static container => container with { Id = new string('b', 64) }),
        "container stopped" => With("h3", "web-3", static container => container with { IsRunning = false, Attachments = [] }),
        "address moved" => With("h1", "db", static container => container with { Attachments = [container.Attachments[0] with { Address = IPAddress.Parse("10.60.0.20") }] }),
        _ => With("h2", static host => host with { EngineVersion = "20.10.24" }),
    };
}
