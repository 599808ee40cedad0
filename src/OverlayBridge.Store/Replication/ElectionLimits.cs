using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// How long a node hears nothing of a leader before it asks for votes: something between the two, drawn by the engine. A node that is asked refuses until its own limit is over, so an election takes the
/// longest limit of those whose votes it needs; and where two ask at once nobody is elected, and all wait once more. So each member has a part of the time of its own, in the order of their addresses,
/// with a gap before the next one's.
/// </summary>
/// <remarks>What elections took with other limits: docs/decisions/015-the-cluster.md.</remarks>
internal readonly record struct ElectionLimits(TimeSpan Lower, TimeSpan Upper)
{
    /// <summary>The longest limit, in times of <see cref="StoreOptions.ElectionTimeout"/>.</summary>
    private const double Longest = 1.5;

    /// <summary>The rest is the gap.</summary>
    private const double UsedOfPart = 0.25;

    /// <param name="members">As this node knows them when it starts. A node that waits to be added knows none: it draws from all of the time until it is started again.</param>
    /// <param name="timeout">The shortest limit.</param>
    public static ElectionLimits For(EndPoint node, IReadOnlyCollection<EndPoint> members, TimeSpan timeout)
    {
        var inOrder = members.Select(static member => $"{member}").Order(StringComparer.Ordinal).ToImmutableArray();
        var place = inOrder.IndexOf($"{node}");
        if (place < 0 || inOrder.Length < 2)
            return new(timeout, Longest * timeout);
        var part = (Longest - 1) * timeout / inOrder.Length;
        var lower = timeout + (place * part);
        return new(lower, lower + (UsedOfPart * part));
    }
}
