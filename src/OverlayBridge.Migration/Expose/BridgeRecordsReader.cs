using System.Collections.Immutable;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Expose;

/// <summary>A record of the bridge with the index that a CAS on it is made with.</summary>
public sealed record Versioned<T>(string Key, T Record, ulong ModifyIndex);

/// <summary>Reads and writes the bridge's own records as far as exposures need them.</summary>
public sealed class BridgeRecordsReader(IConsulClient bridge)
{
    private static readonly ReadOptions Consistent = new(Consistency.Consistent);

    public ValueTask<ImmutableArray<Versioned<ExposureRecord>>> ExposuresAsync(CancellationToken token) =>
        ListAsync<ExposureRecord>(BridgeKeys.Exposures, static key => key is BridgeKey.Exposure, token);

    public ValueTask<ImmutableArray<Versioned<HostRecord>>> HostsAsync(CancellationToken token) =>
        ListAsync<HostRecord>(BridgeKeys.Hosts, static key => key is BridgeKey.Host, token);

    public ValueTask<ImmutableArray<Versioned<FollowRecord>>> SourcesAsync(CancellationToken token) =>
        ListAsync<FollowRecord>(BridgeKeys.Sources, static key => key is BridgeKey.Follow, token);

    /// <summary>All containers of all hosts.</summary>
    public ValueTask<ImmutableArray<Versioned<ContainerRecord>>> ContainersAsync(CancellationToken token) =>
        ListAsync<ContainerRecord>(BridgeKeys.Hosts, static key => key is BridgeKey.Container, token);

    /// <summary>Everything that hosts say, in one read.</summary>
    public async ValueTask<HostsView> HostsViewAsync(CancellationToken token)
    {
        var (entries, _) = await bridge.ListAsync(BridgeKeys.Hosts, Consistent, token).ConfigureAwait(false);
        var parsed = entries.Select(entry => (Key: BridgeKeys.TryParse(entry.Key), Entry: entry)).ToList();
        return new(
            [.. from item in parsed where item.Key is BridgeKey.Host select Decode<HostRecord>(item.Entry)],
            [.. from item in parsed
                let key = item.Key as BridgeKey.Attachment
                where key is not null
                select (key.HostName, Decode<AttachmentRecord>(item.Entry))],
            [.. from item in parsed
                let key = item.Key as BridgeKey.Stitch
                where key is not null
                select (key.HostName, Decode<StitchReport>(item.Entry))]);
    }

    /// <summary>Writes the record if nobody changed it since; <paramref name="index"/> 0: if it is not there.</summary>
    /// <returns>False when somebody did.</returns>
    public ValueTask<bool> PutAsync(ExposureRecord exposure, ulong index, CancellationToken token) =>
        bridge.PutAsync(BridgeKeys.Exposure(exposure.LegacyNetworkId), BridgeRecords.Encode(exposure), new WriteOptions(index), token);

    public ValueTask<bool> DeleteAsync(Versioned<ExposureRecord> exposure, CancellationToken token) =>
        bridge.DeleteAsync(exposure.Key, exposure.ModifyIndex, token);

    private async ValueTask<ImmutableArray<Versioned<T>>> ListAsync<T>(string prefix, Func<BridgeKey?, bool> wanted, CancellationToken token)
        where T : IBridgeRecord<T>
    {
        var (entries, _) = await bridge.ListAsync(prefix, Consistent, token).ConfigureAwait(false);
        return
        [
            .. from entry in entries
               where wanted(BridgeKeys.TryParse(entry.Key))
               select new Versioned<T>(entry.Key, Decode<T>(entry), entry.ModifyIndex),
        ];
    }

    internal static T Decode<T>(Legacy.Store.KeyValueEntry entry)
        where T : IBridgeRecord<T>
    {
        try
        {
            return BridgeRecords.Decode<T>(entry.Key, entry.Bytes.Span);
        }
        catch (BridgeRecordException e)
        {
            throw new ExposeException(
                $"The bridge's record {entry.Key} cannot be read.", e.Message,
                "Delete the key if nothing needs it (an agent writes its own records anew), or update this program.", e);
        }
    }
}

/// <summary>What the agents say, at one moment.</summary>
public sealed record HostsView(
    ImmutableArray<HostRecord> Hosts,
    ImmutableArray<(string Host, AttachmentRecord Attachment)> Attachments,
    ImmutableArray<(string Host, StitchReport Report)> Reports);
