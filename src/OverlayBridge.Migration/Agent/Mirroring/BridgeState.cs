using System.Collections.Immutable;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Mirroring;

/// <summary>What the store says about all hosts, as far as an agent needs it.</summary>
/// <param name="Hosts">By name.</param>
/// <param name="Attachments">Of all hosts, in the order of their keys.</param>
/// <param name="Exposures">In the order of their keys.</param>
internal sealed record BridgeState(
    ImmutableSortedDictionary<string, HostRecord> Hosts,
    ImmutableArray<HostAttachment> Attachments,
    ImmutableArray<ExposureRecord> Exposures)
{
    public static BridgeState Empty { get; } =
        new(ImmutableSortedDictionary.Create<string, HostRecord>(StringComparer.Ordinal), [], []);

    /// <summary>The swarm services of the containers that are tasks, by container id.</summary>
    public ImmutableSortedDictionary<string, string> Services { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>What agents ask of those beside a swarm manager, by the asking host.</summary>
    public ImmutableSortedDictionary<string, SwarmRequest> SwarmRequests { get; init; } = ImmutableSortedDictionary.Create<string, SwarmRequest>(StringComparer.Ordinal);

    /// <summary>What agents ask of those of hosts that containers move to, by the asking host.</summary>
    public ImmutableSortedDictionary<string, MoveRequest> MoveRequests { get; init; } = ImmutableSortedDictionary.Create<string, MoveRequest>(StringComparer.Ordinal);

    /// <summary>By content.</summary>
    public bool Equals(BridgeState? other) =>
        other is not null && Hosts.SequenceEqual(other.Hosts) && Attachments.SequenceEqual(other.Attachments) &&
        Exposures.SequenceEqual(other.Exposures) && Services.SequenceEqual(other.Services) &&
        SwarmRequests.Values.Select(static request => request.Id).SequenceEqual(other.SwarmRequests.Values.Select(static request => request.Id)) &&
        MoveRequests.Values.Select(static request => request.Id).SequenceEqual(other.MoveRequests.Values.Select(static request => request.Id));

    public override int GetHashCode() => HashCode.Combine(Hosts.Count, Attachments.Length, Exposures.Length);
}

/// <summary>An attachment and the host it is on.</summary>
internal sealed record HostAttachment(string Host, AttachmentRecord Attachment);
