namespace OverlayBridge.Overlay.Plans.Checks;

/// <summary>Replica sets have members that are there, each in one set.</summary>
internal static class SetChecks
{
    public static IEnumerable<PlanProblem> Of(PlanSubject subject)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (set, at) in subject.Plan.ReplicaSets.Select(static (set, at) => (set, at)))
        {
            if (set.Members.IsEmpty)
                yield return new($"replicaSets/{at}", $"'{set.Name}' has no member.", "A replica set consists of containers that stand for each other.", "Add members as HOST/CONTAINER, or remove the set.");
            foreach (var (member, number) in set.Members.Select(static (member, number) => (member, number)))
            {
                var path = $"replicaSets/{at}/members/{number}";
                if (!subject.Containers.ContainsKey(member))
                    yield return Missing(path, member, subject);
                if (!owners.TryAdd(member, set.Name))
                    yield return new(path, $"'{member}' is in '{owners[member]}' already.", "A container belongs to one set, and is there once.", "Remove it from one of them.");
            }
        }
    }

    private static PlanProblem Missing(string path, string member, PlanSubject subject)
    {
        var slash = member.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return new(path, $"'{member}' names no container.", "Members are written HOST/CONTAINER.", "Put the host's name and a slash in front.");
        if (!subject.Hosts.TryGetValue(member[..slash], out var host))
            return Unknown.Host(path, member[..slash], subject);
        return new(path, $"'{host.Name}' has no container '{member[(slash + 1)..]}'.", $"Its containers are: {Listing.Of([.. host.Containers.Select(static container => container.Name)])}.", "Correct the name, or remove the member.");
    }
}
