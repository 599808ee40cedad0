using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Overlay.Plans.Checks;
using OverlayBridge.Overlay.Plans.Staging;
using OverlayBridge.Overlay.Plans.Worlds;

namespace OverlayBridge.Overlay.Plans.Making;

/// <summary>Makes a plan from the world and from what is asked: all legacy hosts, in as few stages as can be. Pure.</summary>
public static class PlanMaker
{
    public static PlanMaking Make(PlanWorld world, PlanRequest request, CancellationToken token)
    {
        ImmutableArray<PlanRefusal> refusals = [.. WorldChecks.Of(world, request)];
        if (!refusals.IsEmpty)
            return new(null, null, refusals, []);
        var plan = Draft(world, request);
        refusals = Refusals(PlanCheck.OfUnstaged(plan));
        if (!refusals.IsEmpty)
            return new(null, null, refusals, []);
        var staging = StagePlanner.Plan(StagingFleet.Of(plan), token);
        plan = plan with { Stages = Stages(plan, staging, request) };
        return new(plan, staging, Refusals(PlanCheck.Of(plan)), Remarks(world, plan, staging));
    }

    private static ImmutableArray<PlanRefusal> Refusals(ImmutableArray<PlanProblem> problems) =>
        [.. problems.Select(static problem => new PlanRefusal(problem.Message, problem.Cause, problem.Remedy))];

    private static MigrationPlan Draft(PlanWorld world, PlanRequest request)
    {
        var networks = Networks(world, request);
        var names = networks.Select(static network => network.Name).ToHashSet(StringComparer.Ordinal);
        var hosts = world.LegacyHosts.ToImmutableArray();
        var sets = ServiceNames.Replicated(hosts).Select(set => new ReplicaSet(set.Name, set.Members, AllowanceOf(set.Name, request))).ToImmutableArray();
        var setOf = sets.SelectMany(static set => set.Members.Select(member => (member, set.Name))).ToDictionary(static pair => pair.member, static pair => pair.Name, StringComparer.Ordinal);
        var manager = ManagerOf(world, request)!;
        var swarm = world.Hosts.Where(host => host.Side != WorldSide.Legacy && host.Name != manager).Select(static host => host.Name).ToImmutableArray();
        var targets = new MoveTargets([manager, .. swarm]);
        return new(
            request.Name, new(world.Source, world.Index, request.Created), manager, request.Limits, networks,
            [.. hosts.Select(host => Host(host, request, names, setOf, targets))], sets, request.Constraints, [], request.Webhooks)
        {
            SwarmHosts = swarm,
        };
    }

    /// <summary>The manager that was asked for; else the first that there is.</summary>
    internal static string? ManagerOf(PlanWorld world, PlanRequest request) =>
        request.Manager ?? world.Hosts.Where(static host => host.Side == WorldSide.SwarmManager).Select(static host => host.Name).Order(StringComparer.Ordinal).FirstOrDefault();

    /// <summary>Those that containers of legacy hosts are on, and those that were asked for.</summary>
    internal static ImmutableArray<PlanNetwork> Networks(PlanWorld world, PlanRequest request)
    {
        var used = world.LegacyHosts.SelectMany(static host => host.Containers).SelectMany(static container => container.Attachments).Select(static attachment => attachment.Network).ToHashSet(StringComparer.Ordinal);
        return [.. world.Networks.Where(network => used.Contains(network.Name) || request.Networks.Contains(network.Name)).Select(static network => new PlanNetwork(network.Name, network.Id, network.Subnet) { MoreSubnets = network.MoreSubnets })];
    }

    private static PlanHost Host(WorldHost host, PlanRequest request, HashSet<string> networks, Dictionary<string, string> setOf, MoveTargets targets) => new(
        host.Name, host.Vtep, request.Strategy, host.EngineVersion, request.UpgradeTo == host.EngineVersion ? null : request.UpgradeTo,
        [
            .. from container in host.Containers
               let attachments = container.Attachments.Where(attachment => networks.Contains(attachment.Network)).ToImmutableArray()
               let set = setOf.GetValueOrDefault($"{host.Name}/{container.Name}")
               let target = request.Strategy == HostStrategy.MoveContainer && !attachments.IsEmpty ? targets.Next(set) : null
               select new PlanContainer(container.Id, container.Name, container.IsRunning, set, target, attachments),
        ])
    {
        Upgrade = request.UpgradeTo is null || request.UpgradeTo == host.EngineVersion ? UpgradeTime.WithConversion : request.Upgrade,
    };

    private static Allowance? AllowanceOf(string set, PlanRequest request)
    {
        foreach (var (pattern, allowance) in request.Allowances)
            if (Wildcard.Fits(set, pattern))
                return allowance;
        return null;
    }

    private static ImmutableArray<PlanStage> Stages(MigrationPlan plan, StagedFleet staging, PlanRequest request)
    {
        var up = plan.ReplicaSets.IsEmpty ? [] : ImmutableArray.Create<Gate>(new Gate.Replicas("all-up", []));
        var number = 0;
        return
        [
            new("prepare", StageKind.Prepare, [], [], null),
            .. staging.Stages.Select(hosts => plan.Constraints.Canary is { } canary && hosts is [var only] && only == canary
                ? new PlanStage("canary", StageKind.Hosts, hosts, [.. up, new Gate.Approval("looked-at")], request.Window)
                : new PlanStage(string.Create(CultureInfo.InvariantCulture, $"stage-{++number}"), StageKind.Hosts, hosts, up, request.Window)),
            new("retire", StageKind.Retire, [], [], null),
        ];
    }

    private static ImmutableArray<string> Remarks(PlanWorld world, MigrationPlan plan, StagedFleet staging)
    {
        var unused = world.Networks.Select(static network => network.Name).Except(plan.Networks.Select(static network => network.Name)).ToList();
        return
        [
            string.Create(CultureInfo.InvariantCulture, $"{plan.Hosts.Length} hosts in {staging.Stages.Length} stages; fewer than {staging.LowerBound} are not possible."),
            .. unused.Count == 0 ? [] : ImmutableArray.Create($"Left out, for no container is on them: {Listing.Of(unused)}."),
        ];
    }
}
