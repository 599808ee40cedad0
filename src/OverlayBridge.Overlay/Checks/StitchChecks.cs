using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Checks;

/// <summary>What the agents have not programmed, and why.</summary>
internal static class StitchChecks
{
    private const int MostNamed = 5;

    public static IEnumerable<CheckFinding> Find(NetworkFacts facts)
    {
        foreach (var side in (string[])[facts.Exposure.LegacyNetworkId, facts.Exposure.SwarmNetworkId])
            foreach (var host in facts.Hosts.Where(host => host.State == HostState.Up && facts.Attachments.Any(item => item.Host == host.Name && item.Attachment.NetworkId == side)))
                if (Problem(facts.Stitches.FirstOrDefault(item => item.Host == host.Name && item.Report.NetworkId == side).Report) is { } problem)
                    yield return new(
                        "not-programmed", CheckFinding.Error, [host.Name], $"{host.Name} has not programmed all entries: {problem}.",
                        "Containers there do not reach these endpoints of the other side.", "See the reason; the agent tries again by itself, at the latest every 10 s.");
    }

    private static string? Problem(StitchReport? report) => report switch
    {
        null => "its agent has not reported yet",
        { Error: { } error } => error,
        { Programmed: var programmed, Desired: var desired } when programmed < desired =>
            $"{programmed} of {desired}; {string.Join("; ", report.Differences.Take(MostNamed).Select(static difference => $"{difference.Entry}: {difference.Reason}"))}",
        _ => null,
    };
}
