namespace OverlayBridge.Overlay.Plans.Checks;

/// <summary>Gates ask for things that are there.</summary>
internal static class GateChecks
{
    private static readonly TimeSpan IntervalMin = TimeSpan.FromMilliseconds(10);

    public static IEnumerable<PlanProblem> Of(PlanSubject subject) =>
        from stage in subject.Plan.Stages.Select(static (stage, at) => (stage.Gates, At: at))
        from gate in stage.Gates.Select(static (gate, number) => (Gate: gate, Number: number))
        let path = $"stages/{stage.At}/gates/{gate.Number}"
        from problem in gate.Gate switch
        {
            Gate.Replicas replicas => Replicas(subject, replicas, path),
            Gate.Probe probe => Probe(subject, probe, $"{path}/probe"),
            _ => [],
        }
        select problem;

    private static IEnumerable<PlanProblem> Replicas(PlanSubject subject, Gate.Replicas gate, string path) =>
        from item in gate.Sets.Select(static (set, at) => (Set: set, At: at))
        where !subject.Sets.Contains(item.Set)
        select new PlanProblem($"{path}/replicas/{item.At}", $"There is no replica set '{item.Set}'.", $"The plan's sets are: {Listing.Of(subject.Sets)}.", "Correct the name, or write 'replicas: all'.");

    private static IEnumerable<PlanProblem> Probe(PlanSubject subject, Gate.Probe gate, string path)
    {
        foreach (var problem in From(subject, gate, $"{path}/from"))
            yield return problem;
        if (gate.Target is ProbeTarget.Exec { Command.IsEmpty: true })
            yield return new($"{path}/exec", $"The probe '{gate.Name}' has no command.", "A command is run with its arguments, without a shell.", "Write the command as a list of arguments.");
        if (gate.Target is ProbeTarget.Http { Address.UserInfo.Length: > 0 })
            yield return new($"{path}/http", $"The address of the probe '{gate.Name}' holds a user or password.", "Plans are kept and shown to people: no secret may stand in them.", "Probe an address that needs none.");
        if (gate.Successes < 1)
            yield return new($"{path}/successes", $"The probe '{gate.Name}' passes without a single success.", "It is the number of tries in a row that must succeed at the end, at least 1.", "Write 1 or more.");
        if (gate.Interval < IntervalMin)
            yield return new($"{path}/interval", $"The probe '{gate.Name}' is tried too often.", "An interval has at least 10ms.", "Write a longer one.");
    }

    private static IEnumerable<PlanProblem> From(PlanSubject subject, Gate.Probe gate, string path)
    {
        var slash = gate.From.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? gate.From : gate.From[..slash];
        if (subject.Hosts.TryGetValue(name, out var host))
        {
            if (slash >= 0 && !subject.Containers.ContainsKey(gate.From))
                yield return new(path, $"'{name}' has no container '{gate.From[(slash + 1)..]}'.", $"Its containers are: {Listing.Of([.. host.Containers.Select(static container => container.Name)])}.", "Correct the name: the probe runs in that container's network.");
        }
        else if (!subject.SwarmHosts.Contains(name))
            yield return new(path, $"There is no host '{name}'.", $"The plan's hosts are: {Listing.Of([.. subject.Hosts.Keys, .. subject.SwarmHosts])}.", "Correct the name, or add it to 'swarmHosts' if it is in the swarm.");
        if (slash < 0 && gate.Target is ProbeTarget.Exec)
            yield return new(path, $"The probe '{gate.Name}' runs a command, but in no container.", "Commands are run in containers, never on hosts.", "Write HOST/CONTAINER.");
    }
}
