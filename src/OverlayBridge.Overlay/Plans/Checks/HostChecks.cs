namespace OverlayBridge.Overlay.Plans.Checks;

/// <summary>Hosts, the swarm they go to, and how they go.</summary>
internal static class HostChecks
{
    private const int VersionMax = 64;

    public static IEnumerable<PlanProblem> Of(PlanSubject subject)
    {
        var plan = subject.Plan;
        if (plan.Hosts.IsEmpty)
            yield return new("hosts", "The plan has no host.", "A plan says how legacy hosts go over.", "Add the hosts, or make the plan anew with 'overlaybridge plan create'.");
        if (plan.Networks.IsEmpty)
            yield return new("networks", "The plan has no network.", "Hosts go over because of their legacy networks.", "Add the networks, or make the plan anew with 'overlaybridge plan create'.");
        if (plan.Limits.Parallel < 1)
            yield return new("limits/parallel", "No host could be worked on.", "It is the number of hosts at once, at least 1.", "Write 1 or more.");
        if (subject.Hosts.ContainsKey(plan.Manager))
            yield return new("manager", $"'{plan.Manager}' is itself a legacy host of this plan.", "Networks are exposed at a host that is a swarm manager already.", "Name the host of a swarm manager.");
        foreach (var (name, at) in plan.SwarmHosts.Select(static (name, at) => (name, at)))
            if (subject.Hosts.ContainsKey(name))
                yield return new($"swarmHosts/{at}", $"'{name}' is a legacy host of this plan.", "Swarm hosts are those that are in the swarm already.", "Remove it from one of the lists.");
        foreach (var problem in Addresses(subject).Concat(Webhooks(plan)))
            yield return problem;
        foreach (var (host, at) in plan.Hosts.Select(static (host, at) => (host, at)))
            foreach (var problem in Upgrade(host, at).Concat(Moves(subject, host, at)))
                yield return problem;
        foreach (var problem in plan.Compose.SelectMany((project, at) => Compose(subject, project, at)))
            yield return problem;
    }

    private static IEnumerable<PlanProblem> Addresses(PlanSubject subject)
    {
        var seen = new Dictionary<System.Net.IPAddress, string>();
        foreach (var (host, at) in subject.Plan.Hosts.Select(static (host, at) => (host, at)))
            if (!seen.TryAdd(host.Vtep, host.Name) && seen[host.Vtep] != host.Name)
                yield return new($"hosts/{at}/vtep", $"'{host.Name}' has the address of '{seen[host.Vtep]}', {host.Vtep}.", "Each host has an address of its own.", "Correct one of them.");
    }

    private static IEnumerable<PlanProblem> Upgrade(PlanHost host, int at)
    {
        if (host is { Upgrade: UpgradeTime.Afterwards, UpgradeTo: null })
            yield return new($"hosts/{at}/upgrade", $"'{host.Name}' is to be upgraded, but not to what.", "'upgrade' says when the engine of 'upgradeTo' comes.", "Add 'upgradeTo:', or remove 'upgrade:'.");
        if (host.UpgradeTo is { } version && (version.Length > VersionMax || !version.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '~' or '-' or ':' or '_')))
            yield return new($"hosts/{at}/upgradeTo", $"'{version}' is no version of an engine.", $"Versions consist of letters, digits and '.+~-:_', at most {VersionMax} of them.", "Write it as the engine's package has it, such as 26.1.5.");
    }

    private static IEnumerable<PlanProblem> Moves(PlanSubject subject, PlanHost host, int at)
    {
        foreach (var (container, number) in host.Containers.Select(static (container, number) => (container, number)))
        {
            var path = $"hosts/{at}/containers/{number}/moveTo";
            if (host.Strategy == HostStrategy.ConvertHost && container.MoveTo is { } target)
                yield return new(path, $"'{container.Name}' is to be moved to '{target}', but its host is converted in place.", "Containers move only from a host with 'strategy: move-container'.", "Change the host's strategy, or remove 'moveTo'.");
            else if (host.Strategy == HostStrategy.MoveContainer && container.MoveTo is null && !container.Attachments.IsEmpty)
                yield return new(path, $"Nothing says where '{container.Name}' of '{host.Name}' is to move.", "With 'strategy: move-container' each container that is on a network needs a swarm host.", "Add 'moveTo: HOST'.");
            else if (!container.LeaveBehind.IsDefaultOrEmpty && container.LeaveBehind.FirstOrDefault(static place => place.Length < 2 || place[0] != '/' || place[^1] == '/' || place.Any(char.IsControl)) is { } wrong)
                yield return new($"hosts/{at}/containers/{number}/leaveBehind", $"'{wrong}' is no path in '{container.Name}'.", "What is left behind is named by absolute paths; a folder stands for all that is in it.", "Write it with a slash in front and none at the end, as docker diff shows it.");
            else if (container.MoveTo is { } unknown && !subject.SwarmHosts.Contains(unknown))
                yield return new(path, $"'{unknown}' is no swarm host of this plan.", $"Containers move to the manager or to one of 'swarmHosts': {Listing.Of(subject.SwarmHosts)}.", "Name one of these, or add the host to 'swarmHosts'.");
        }
    }

    private static IEnumerable<PlanProblem> Compose(PlanSubject subject, PlanComposeProject project, int at)
    {
        if (!subject.Hosts.TryGetValue(project.Host, out var host))
            yield return Unknown.Host($"compose/{at}/host", project.Host, subject);
        else if (host.Strategy == HostStrategy.MoveContainer)
            yield return new($"compose/{at}/host", $"'{project.Name}' would be brought up on '{project.Host}', from which its containers move.", "Compose would start the old containers again, at the addresses of those that were moved.", "Remove the project here, and bring it up by hand on the other host when it changes.");
        // Not that of this machine: a path on the host.
        var folder = project.Directory;
        if (!folder.StartsWith('/') || folder.Any(char.IsControl))
            yield return new($"compose/{at}/directory", $"'{folder}' is no absolute path.", "It is a folder on the host, from its root on.", "Write it with a slash in front.");
        if (project.Files.IsEmpty || project.Files.Any(static file => file.Length == 0 || file.Any(char.IsControl)))
            yield return new($"compose/{at}/files", $"The Compose files of '{project.Name}' are not named.", "The project is brought up from its files.", "List them in the order in which they are laid over each other.");
    }

    private static IEnumerable<PlanProblem> Webhooks(MigrationPlan plan) =>
        from item in plan.Webhooks.Select(static (address, at) => (Address: address, At: at))
        where item.Address.UserInfo.Length > 0
        select new PlanProblem($"webhooks/{item.At}", $"The address of a webhook at {item.Address.Host} holds a user or password.", "Plans are kept and shown to people: no secret may stand in them.", "Use a receiver that needs none in its address.");
}
