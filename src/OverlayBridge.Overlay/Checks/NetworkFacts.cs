using System.Collections.Immutable;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Checks;

/// <summary>Everything that is known about a shared network at one moment.</summary>
/// <param name="Legacy">Of the store that the bridge holds.</param>
/// <param name="Hosts">All hosts with an agent.</param>
/// <param name="Attachments">Running containers of all networks, with their hosts.</param>
/// <param name="Networks">Overlay networks as the hosts' engines show them.</param>
/// <param name="Stitches">What the agents have programmed for this network.</param>
/// <param name="Probes">What the agents answered, by host; a host that did not answer in time is missing.</param>
public sealed record NetworkFacts(
    ExposureRecord Exposure,
    Inventory Legacy,
    ImmutableArray<HostRecord> Hosts,
    ImmutableArray<(string Host, AttachmentRecord Attachment)> Attachments,
    ImmutableArray<(string Host, NetworkRecord Network)> Networks,
    ImmutableArray<(string Host, StitchReport Report)> Stitches,
    ImmutableSortedDictionary<string, PathProbeReport> Probes)
{
    /// <summary>Running containers of this network, of both sides.</summary>
    public IEnumerable<(string Host, AttachmentRecord Attachment)> Members =>
        Attachments.Where(item => item.Attachment.NetworkId == Exposure.LegacyNetworkId || item.Attachment.NetworkId == Exposure.SwarmNetworkId);

    /// <summary>Hosts that have a container of it, by name.</summary>
    public ImmutableArray<HostRecord> Concerned
    {
        get
        {
            var names = Members.Select(static item => item.Host).ToHashSet(StringComparer.Ordinal);
            return [.. Hosts.Where(host => names.Contains(host.Name)).OrderBy(static host => host.Name, StringComparer.Ordinal)];
        }
    }
}
