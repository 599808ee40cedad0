namespace OverlayBridge.Overlay.Plans.Checks;

/// <summary>Names that nothing has.</summary>
internal static class Unknown
{
    /// <summary>No legacy host has it.</summary>
    public static PlanProblem Host(string path, string name, PlanSubject subject) => new(
        path, $"There is no host '{name}'.",
        subject.SwarmHosts.Contains(name) ? $"'{name}' is in the swarm already; here a host is named that goes over." : $"The plan's hosts are: {Listing.Of(subject.Hosts.Keys)}.",
        "Correct the name, or add the host under 'hosts'.");
}

/// <summary>Names in a sentence.</summary>
internal static class Listing
{
    private const int Shown = 8;

    public static string Of(IReadOnlyCollection<string> names) => names.Count switch
    {
        0 => "none",
        <= Shown => string.Join(", ", names),
        _ => $"{string.Join(", ", names.Take(Shown))} and {names.Count - Shown} more",
    };
}
