using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>What a host keeps on its disk from before its engine is stopped until it is legacy again, or the bridge has left.</summary>
/// <param name="DaemonJson">The file as it was, byte for byte; null: there was none. Stays on the host, for it may hold secrets.</param>
/// <param name="Resolvers">Name servers for containers in the swarm, ours first; empty to leave <c>dns</c> of daemon.json as it is.</param>
/// <param name="DataRoot">The engine's folder, which only a running engine tells.</param>
/// <param name="IsStopped">The engine was stopped to the end, and no start was begun since.</param>
/// <param name="LeftNodes">Nodes that this engine was in the swarm and left, and that may still be on its list.</param>
internal sealed record ConversionNotes(
    HostConversion Before, string? DaemonJson, ImmutableArray<IPAddress> Resolvers, string DataRoot, bool IsStopped, ImmutableArray<string> LeftNodes)
{
    /// <summary>The engine had crashed as a legacy one, and was started as it was since. Once is enough: what it does not clean up then it never will.</summary>
    public bool IsCleanedUp { get; init; }

    /// <summary>The engine was killed over an endpoint that it takes for one that lives, whenever it starts with its store.</summary>
    public bool HasGhosts { get; init; }

    /// <summary>By content.</summary>
    public bool Equals(ConversionNotes? other) =>
        other is not null && Before.Equals(other.Before) && DaemonJson == other.DaemonJson && Resolvers.SequenceEqual(other.Resolvers) && DataRoot == other.DataRoot && IsStopped == other.IsStopped &&
        IsCleanedUp == other.IsCleanedUp && HasGhosts == other.HasGhosts && LeftNodes.SequenceEqual(other.LeftNodes);

    public override int GetHashCode() => HashCode.Combine(Before, IsStopped);
}
