using System.Net;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Plans.Checks;
using OverlayBridge.Overlay.Plans.Making;
using OverlayBridge.Overlay.Plans.Worlds;
using static OverlayBridge.Overlay.Tests.Plans.Worlds.SampleWorld;

namespace OverlayBridge.Overlay.Tests.Plans.Making;

public sealed class PlanMakerTests
{
    [Fact]
    public void Hosts_with_replicas_of_one_service_go_one_by_one_between_preparation_and_retirement()
    {
        var making = PlanMaker.Make(World, Request with { Constraints = PlanConstraints.None with { Canary = "h3", Last = ["h1"] } }, CancellationToken.None);

        Assert.Empty(making.Refusals);
        Assert.Equal(["prepare: ", "canary: h3", "stage-1: h2", "stage-2: h1", "retire: "], making.Plan!.Stages.Select(static stage => $"{stage.Name}: {string.Join(' ', stage.Hosts)}"));
        Assert.Equal((3, 3), (making.Staging!.Stages.Length, making.Staging.LowerBound));
        Assert.Equal(["shop/web: h1/web-1 h2/web-2 h3/web-3", "shop/worker: h2/worker-1 h3/worker-2"], making.Plan.ReplicaSets.Select(static set => $"{set.Name}: {string.Join(' ', set.Members)}"));
        Assert.Equal(("h4", "h5"), (making.Plan.Manager, Assert.Single(making.Plan.SwarmHosts)));
        Assert.Empty(PlanCheck.Of(making.Plan));
        Assert.True(PlanFit.Of(making.Plan, World).Fits);
    }

    [Fact]
    public void A_larger_allowance_makes_fewer_stages_and_a_pattern_gives_it_to_some_sets()
    {
        var half = Make(World, Request with { Limits = new(new(null, 67), 2) });
        var some = Make(World, Request with { Allowances = [("shop/w*b", new(3, null)), ("*", new(2, null))] });

        Assert.Equal(2, half.Stages.Count(static stage => stage.Kind == StageKind.Hosts));
        Assert.Equal([new Allowance(3, null), new Allowance(2, null)], some.ReplicaSets.Select(static set => set.MaxUnavailable!.Value));
        Assert.Equal(1, some.Stages.Count(static stage => stage.Kind == StageKind.Hosts));
    }

    [Fact]
    public void Moved_containers_go_to_swarm_hosts_replicas_apart()
    {
        var plan = Make(World, Request with { Strategy = HostStrategy.MoveContainer, UpgradeTo = "26.1.5" });

        var moved = plan.Hosts.SelectMany(static host => host.Containers).ToList();
        Assert.All(moved, static container => Assert.NotNull(container.MoveTo));
        Assert.Equal(2, moved.Where(static container => container.ReplicaSet == "shop/worker").Select(static container => container.MoveTo).Distinct().Count());
        Assert.InRange(moved.Count(static container => container.MoveTo == "h4"), 2, 4);
    }

    [Fact]
    public void A_network_with_several_subnets_goes_over_with_all_of_them()
    {
        var second = IPNetwork.Parse("10.61.0.0/24");
        var world = With("h1", "db", static container => container with { Attachments = [container.Attachments[0] with { Address = IPAddress.Parse("10.61.0.2") }] });
        world = world with { Networks = [world.Networks[0] with { MoreSubnets = [second] }] };

        var making = PlanMaker.Make(world, Request, CancellationToken.None);

        Assert.Empty(making.Refusals);
        Assert.Equal([world.Networks[0].Subnet, second], making.Plan!.Networks[0].Subnets);
        Assert.True(PlanFit.Of(making.Plan, world).Fits);
        Assert.Contains("10.60.0.0/24, 10.61.0.0/24", Assert.Single(PlanFit.Of(making.Plan, world with { Networks = World.Networks }).Changes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_IPv4_subnets_of_a_recorded_network_are_known()
    {
        var world = RecordedWorld.Of(Inventory.From(RecordedStore.Healthy), []);

        var network = Assert.Single(world.Networks, static network => !network.MoreSubnets.IsEmpty);
        Assert.Equal(("10.83.0.0/24", "10.84.0.0/24"), (network.Subnet.ToString(), Assert.Single(network.MoreSubnets).ToString()));
        Assert.Empty(network.Obstacles);
    }

    public static TheoryData<string, string, string> Refused => new()
    {
        { "lost", "What is known of 'h2' may be old.", "agent is not heard of" },
        { "unasked", "The store names the host 172.31.0.3, but nothing tells what runs there.", "leaves no legacy host out" },
        { "no manager", "No swarm manager is known.", "exposed at one" },
        { "wrong manager", "'h5' is no swarm manager.", "h4" },
        { "encrypted", "'appnet' is encrypted.", "can join it" },
        { "no such network", "There is no legacy network 'nope'.", "appnet" },
        { "unknown canary", "There is no host 'h9'.", "h1, h2, h3" },
        { "canary in the swarm", "There is no host 'h4'.", "in the swarm already" },
        { "two names", "Two hosts are called 'h1': 172.31.0.1 and 172.31.0.7.", "by their names" },
        { "between", "The engine of 'h1' advertises no address, though a host of that name is known.", "in the middle of a conversion" },
        { "crowded", "This cannot be kept: at most 1 of the 4 replicas of 'shop/web' away at once.", "2 of them run on 'h1'" },
        { "together", "These cannot all be kept: together [h2, h3]; at most 1 of the 3 replicas of 'shop/web' away at once.", "'h2', 'h3' into one stage" },
        { "cycle", "These cannot all be kept: h2 after h1; h1 after h2.", "earlier than itself" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void What_is_not_known_or_impossible_is_refused_with_the_reason(string what, string message, string cause)
    {
        var (world, request) = what switch
        {
            "lost" => (With("h2", static host => host with { Trouble = "agent is not heard of" }), Request),
            "unasked" => (With("h3", static _ => null), Request),
            "no manager" => (With("h4", static _ => null), Request),
            "wrong manager" => (World, Request with { Manager = "h5" }),
            "encrypted" => (World with { Networks = [World.Networks[0] with { Obstacles = [new("encrypted", "'appnet' is encrypted.", "No legacy engine can join it.", "Make another one.")] }] }, Request),
            "no such network" => (World, Request with { Networks = ["nope"] }),
            "unknown canary" => (World, Request with { Constraints = PlanConstraints.None with { Canary = "h9" } }),
            "canary in the swarm" => (World, Request with { Constraints = PlanConstraints.None with { Canary = "h4" } }),
            "two names" => (World with { Hosts = World.Hosts.Add(World.Hosts[0] with { Vtep = IPAddress.Parse("172.31.0.7") }) }, Request),
            "between" => (World with { Hosts = World.Hosts.Add(World.Hosts[0] with { Vtep = IPAddress.None }) }, Request),
            "crowded" => (With("h1", static host => host with { Containers = host.Containers.Add(Container("web-4", 9, "web")) }), Request),
            "together" => (World, Request with { Constraints = PlanConstraints.None with { Together = [["h2", "h3"]] } }),
            _ => (World, Request with { Constraints = PlanConstraints.None with { Order = [new("h2", "h1"), new("h1", "h2")] } }),
        };

        var making = PlanMaker.Make(world, request, CancellationToken.None);

        Assert.Null(making.Plan);
        var refusal = Assert.Single(making.Refusals, refusal => refusal.Message == message);
        Assert.Contains(cause, refusal.Cause, StringComparison.Ordinal);
        Assert.NotEmpty(refusal.Remedy);
    }

    [Fact]
    public void A_network_without_containers_is_left_out_unless_it_is_asked_for()
    {
        var world = World with { Networks = World.Networks.Add(new("idle", new string('4', 64), IPNetwork.Parse("10.62.0.0/24"), [])) };

        var making = PlanMaker.Make(world, Request, CancellationToken.None);

        Assert.Equal("appnet", Assert.Single(making.Plan!.Networks).Name);
        Assert.Contains("idle", making.Remarks[1], StringComparison.Ordinal);
        Assert.Equal(2, Make(world, Request with { Networks = ["idle"] }).Networks.Length);
    }
}
