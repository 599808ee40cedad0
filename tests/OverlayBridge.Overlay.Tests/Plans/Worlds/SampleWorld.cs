using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Plans.Making;
using OverlayBridge.Overlay.Plans.Worlds;

namespace OverlayBridge.Overlay.Tests.Plans.Worlds;

/// <summary>The world of the small sample plan: three legacy hosts, a manager and a worker.</summary>
internal static class SampleWorld
{
    public static readonly DateTimeOffset Now = new(2026, 11, 27, 20, 0, 0, TimeSpan.Zero);

    public static readonly PlanWorld World = new(
        "consul://172.31.0.250:8500", 61,
        [new("appnet", new string('1', 64), IPNetwork.Parse("10.60.0.0/24"), Obstacles: [])],
        [
            Host("h1", 1, Container("db", 2, null), Container("web-1", 3, "web")),
            Host("h2", 2, Container("web-2", 4, "web"), Container("worker-1", 5, "worker")),
            Host("h3", 3, Container("web-3", 6, "web"), Container("worker-2", 7, "worker")),
            new("h4", IPAddress.Parse("172.31.0.4"), "26.1.5", WorldSide.SwarmManager, []),
            new("h5", IPAddress.Parse("172.31.0.5"), "26.1.5", WorldSide.SwarmWorker, []),
        ],
        [.. Enumerable.Range(1, 3).Select(static number => IPAddress.Parse($"172.31.0.{number}"))]);

    public static PlanRequest Request { get; } = new("lab", null, Now);

    public static MigrationPlan Plan { get; } = Make(World, Request);

    public static MigrationPlan Make(PlanWorld world, PlanRequest request) => PlanMaker.Make(world, request, CancellationToken.None).Plan!;

    public static WorldHost Host(string name, int number, params ImmutableArray<WorldContainer> containers) =>
        new(name, IPAddress.Parse($"172.31.0.{number}"), "20.10.5", WorldSide.Legacy, containers);

    public static WorldContainer Container(string name, int address, string? service) => new(
        $"{address:x2}{new string('a', 62)}", name, IsRunning: true,
        service is null ? ImmutableSortedDictionary<string, string>.Empty : ImmutableSortedDictionary<string, string>.Empty.Add("com.docker.compose.project", "shop").Add("com.docker.compose.service", service),
        [new("appnet", IPAddress.Parse($"10.60.0.{address}"), new PhysicalAddress([2, 0x42, 10, 60, 0, (byte)address]), service is null ? ["db"] : [service])]);

    /// <summary>With a host changed, or taken away by null.</summary>
    public static PlanWorld With(string host, Func<WorldHost, WorldHost?> change) =>
        World with { Hosts = [.. World.Hosts.Select(each => each.Name == host ? change(each) : each).OfType<WorldHost>()] };

    /// <summary>With a container changed, or taken away by null.</summary>
    public static PlanWorld With(string host, string container, Func<WorldContainer, WorldContainer?> change) => With(
        host, each => each with { Containers = [.. each.Containers.Select(inner => inner.Name == container ? change(inner) : inner).OfType<WorldContainer>()] });
}
