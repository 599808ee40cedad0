using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Plans.Checks;

/// <summary>Names can stand in keys, and name one thing only.</summary>
internal static class NameChecks
{
    private const int SegmentMax = 253;

    public static IEnumerable<PlanProblem> Of(PlanSubject subject)
    {
        var plan = subject.Plan;
        return
        [
            .. Segment("name", plan.Name), .. Segment("manager", plan.Manager),
            .. Names("swarmHosts", "", plan.SwarmHosts, static name => name, "swarm hosts"),
            .. Names("networks", "/name", plan.Networks, static network => network.Name, "networks"),
            .. Names("hosts", "/name", plan.Hosts, static host => host.Name, "hosts"),
            .. Names("stages", "/name", plan.Stages, static stage => stage.Name, "stages"),
            .. Twice("replicaSets", "/name", plan.ReplicaSets, static set => set.Name, "replica sets"),
            .. plan.Hosts.SelectMany(static (host, at) => Names($"hosts/{at}/containers", "/name", host.Containers, static container => container.Name, $"containers of '{host.Name}'")),
            .. plan.Stages.SelectMany(static (stage, at) => Names($"stages/{at}/gates", "/name", stage.Gates, static gate => gate.Name, $"gates of '{stage.Name}'")),
            .. plan.Compose.SelectMany(static (project, at) => Segment($"compose/{at}/name", project.Name)),
            .. Twice("compose", "/name", plan.Compose, static project => $"{project.Name} on {project.Host}", "Compose projects"),
            .. Ids(subject), .. StepIds(subject),
        ];
    }

    private static IEnumerable<PlanProblem> Names<T>(string path, string key, IReadOnlyList<T> items, Func<T, string> name, string what) =>
        items.SelectMany((item, at) => Segment($"{path}/{at}{key}", name(item))).Concat(Twice(path, key, items, name, what));

    private static IEnumerable<PlanProblem> Segment(string path, string name)
    {
        if (!BridgeKeys.IsSegment(name))
            yield return new(
                path, $"'{name}' is no name that can stand in a key.", $"Names consist of letters, digits, '.', '-' and '_', at most {SegmentMax} of them.", "Give it another name.");
    }

    private static IEnumerable<PlanProblem> Twice<T>(string path, string key, IReadOnlyList<T> items, Func<T, string> name, string what)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return from item in items.Select((item, at) => (Name: name(item), At: at))
               where !seen.Add(item.Name)
               select new PlanProblem($"{path}/{item.At}{key}", $"'{item.Name}' is there for the second time.", $"No two {what} may have the same name.", "Rename or remove one of them.");
    }

    private static IEnumerable<PlanProblem> Ids(PlanSubject subject)
    {
        var networks = subject.Plan.Networks.Select(static (network, at) => (Path: $"networks/{at}/id", network.Id));
        var containers = subject.Plan.Hosts.SelectMany(static (host, at) =>
            host.Containers.Select((container, number) => (Path: $"hosts/{at}/containers/{number}/id", container.Id)));
        return from item in networks.Concat(containers)
               where item.Id.Length != 64 || !item.Id.All(char.IsAsciiHexDigitLower)
               select new PlanProblem(item.Path, $"'{item.Id}' is no full id.", "Ids of legacy networks and of containers have 64 hex digits.", "Write the full id: docker inspect shows it.");
    }

    /// <summary>Only now and then do names with dots run into each other: container <c>b.c</c> of <c>a</c>, and <c>c</c> of <c>a.b</c>.</summary>
    private static IEnumerable<PlanProblem> StepIds(PlanSubject subject)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (stage, at) in subject.Plan.Stages.Select(static (stage, at) => (stage, at)))
        {
            var known = stage with { Hosts = [.. stage.Hosts.Where(host => subject.Hosts.ContainsKey(host) && subject.StageOf[host] == at).Distinct()] };
            foreach (var step in PlanSteps.Of(subject.Plan, known))
            {
                if (step.Id.Length > SegmentMax)
                    yield return new($"stages/{at}", $"The id of the step '{step.Id}' is too long.", $"It stands in a key, which takes {SegmentMax} letters.", "Shorten the names in it.");
                if (!seen.Add(step.Id) && stage.Kind == StageKind.Hosts)
                    yield return new($"stages/{at}", $"Two steps would be called '{step.Id}'.", "Names with dots run into each other there.", "Rename one of the containers or Compose projects.");
            }
        }
    }
}
