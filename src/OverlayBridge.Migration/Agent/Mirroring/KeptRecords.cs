using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Mirroring;

/// <summary>What an agent keeps of the records of all hosts: there may be tens of thousands, so no more than it needs, and each text that stands in many once.</summary>
internal static class KeptRecords
{
    private const string ServiceLabel = "com.docker.swarm.service.name";

    /// <summary>A record of which there is one for a host.</summary>
    internal sealed record OfHost(string Host, object Record);

    /// <summary>A container that is a task of a swarm service. Others are not kept.</summary>
    internal sealed record TaskContainer(string Id, string Service);

    /// <param name="before">What was kept of the key before this one: its neighbours in the order of the keys are of the same host and network.</param>
    /// <returns>A <see cref="HostAttachment"/>, <see cref="OfHost"/>, <see cref="TaskContainer"/> or <see cref="ExposureRecord"/>; null for all else.</returns>
    /// <exception cref="BridgeRecordException">The value is damaged.</exception>
    public static object? Take(BridgeKey key, KeyValueEntry entry, object? before) => key switch
    {
        BridgeKey.Host(var host) => new OfHost(host, Decode<HostRecord>(entry)),
        BridgeKey.SwarmRequest(var host) => new OfHost(host, Decode<SwarmRequest>(entry)),
        BridgeKey.MoveRequest(var host) => new OfHost(host, Decode<MoveRequest>(entry)),
        BridgeKey.Attachment(var host, _, _) => Attachment(host, Decode<AttachmentRecord>(entry), before as HostAttachment),
        BridgeKey.Container => Decode<ContainerRecord>(entry) is var container && container.Labels.TryGetValue(ServiceLabel, out var service)
            ? new TaskContainer(container.Id, service) : null,
        BridgeKey.Exposure => Decode<ExposureRecord>(entry),
        _ => null,
    };

    /// <summary>Those of one type, by host.</summary>
    public static ImmutableSortedDictionary<string, T> ByHost<T>(IEnumerable<object> kept) => kept.OfType<OfHost>().Where(static one => one.Record is T)
        .ToImmutableSortedDictionary(static one => one.Host, static one => (T)one.Record, StringComparer.Ordinal);

    private static HostAttachment Attachment(string host, AttachmentRecord record, HostAttachment? before) => new(
        Shared(host, before?.Host),
        record with
        {
            NetworkId = Shared(record.NetworkId, before?.Attachment.NetworkId),
            NetworkName = Shared(record.NetworkName, before?.Attachment.NetworkName),
        });

    private static string Shared(string text, string? other) => text == other ? other : text;

    private static T Decode<T>(KeyValueEntry entry)
        where T : IBridgeRecord<T> => BridgeRecords.Decode<T>(entry.Key, entry.Bytes.Span);
}
