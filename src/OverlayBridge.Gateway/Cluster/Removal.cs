using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Cluster;

/// <summary>Whether a member can go without the others losing their majority.</summary>
internal static class Removal
{
    /// <param name="members">As the leader sees them.</param>
    /// <param name="force">The operator knows better who is reachable.</param>
    /// <returns>Why not; null when it can.</returns>
    public static string? Refusal(ImmutableArray<MemberStatus> members, EndPoint leaving, bool force)
    {
        var rest = members.Where(member => !member.Address.Equals(leaving)).ToList();
        if (rest.Count == 0)
            return $"{leaving} is the only member: without it there is no cluster. Stop it if it is not needed any more";
        var silent = rest.Where(static member => member.IsReachable != true).Select(static member => member.Address).ToList();
        var majority = rest.Count / 2 + 1;
        return force || rest.Count - silent.Count >= majority
            ? null
            : $"Without {leaving} the cluster would have {rest.Count} members and need {majority} of them, but {string.Join(", ", silent)} cannot be reached: "
                + "no write could be carried out any more. Bring them back or remove them first; --force removes it all the same";
    }
}
