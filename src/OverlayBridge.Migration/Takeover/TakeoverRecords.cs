using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Takeovers;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Takeover;

/// <summary>A record as it was read.</summary>
/// <param name="Index">Its ModifyIndex: what a compare-and-set is made with.</param>
public sealed record Stored<T>(T Record, ulong Index);

/// <summary>Reads and writes what the store holds of a takeover.</summary>
public sealed class TakeoverRecords(IConsulClient client)
{
    private static readonly ReadOptions Consistent = new(Consistency.Consistent);

    /// <summary>The store's name in messages.</summary>
    public string Name => client.Name;

    /// <summary>The takeover; null when there never was one.</summary>
    /// <exception cref="SourceException">Here and in all reads: the store does not answer, or holds a record that cannot be read.</exception>
    public ValueTask<Stored<TakeoverRecord>?> TakeoverAsync(CancellationToken token) => ReadAsync<TakeoverRecord>(BridgeKeys.Takeover, token);

    /// <returns>False when somebody else changed the record since it was read.</returns>
    public ValueTask<bool> MoveAsync(TakeoverRecord next, ulong index, CancellationToken token) =>
        client.PutAsync(BridgeKeys.Takeover, BridgeRecords.Encode(next), new WriteOptions(index), token);

    public ValueTask<Stored<TakeoverProgress>?> ProgressAsync(CancellationToken token) => ReadAsync<TakeoverProgress>(BridgeKeys.TakeoverProgress, token);

    public async ValueTask WriteAsync(TakeoverProgress progress, CancellationToken token) =>
        await client.PutAsync(BridgeKeys.TakeoverProgress, BridgeRecords.Encode(progress), default, token).ConfigureAwait(false);

    /// <summary>The alarms of a takeover; none of an earlier one.</summary>
    public async ValueTask<TakeoverAlarms> AlarmsAsync(string takeoverId, CancellationToken token) =>
        await ReadAsync<TakeoverAlarms>(BridgeKeys.TakeoverAlarms, token).ConfigureAwait(false) is { Record: var alarms } && alarms.TakeoverId == takeoverId
            ? alarms
            : TakeoverAlarms.None(takeoverId);

    public async ValueTask WriteAsync(TakeoverAlarms alarms, CancellationToken token) =>
        await client.PutAsync(BridgeKeys.TakeoverAlarms, BridgeRecords.Encode(alarms), default, token).ConfigureAwait(false);

    /// <summary>
    /// Every host and relay of the takeover with what it reports; and every relay that has a record, named or not: one that came later
    /// passes writes on to the source as well.
    /// </summary>
    /// <param name="isHeard">Of a relay's record: whether it is written lately.</param>
    public async ValueTask<ImmutableArray<Participant>> ParticipantsAsync(
        TakeoverRecord takeover, Func<Stored<RelayRecord>, bool> isHeard, CancellationToken token)
    {
        var participants = ImmutableArray.CreateBuilder<Participant>();
        foreach (var host in takeover.Hosts)
        {
            var record = await ReadAsync<HostRecord>(BridgeKeys.Host(host), token).ConfigureAwait(false);
            var report = await ReadAsync<TakeoverHostReport>(BridgeKeys.HostTakeover(host), token).ConfigureAwait(false);
            participants.Add(new Participant(host, IsRelay: false, Of(takeover, report), record?.Record.State == HostState.Up));
        }
        var relays = await RelaysAsync(token).ConfigureAwait(false);
        foreach (var name in relays.Select(static relay => relay.Record.Name).Union(takeover.Relays, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var record = relays.FirstOrDefault(relay => relay.Record.Name == name);
            var report = await ReadAsync<TakeoverHostReport>(BridgeKeys.RelayTakeover(name), token).ConfigureAwait(false);
            participants.Add(new Participant(name, IsRelay: true, Of(takeover, report), record is not null && isHeard(record)));
        }
        return participants.DrainToImmutable();
    }

    /// <summary>All relays, heard of or not.</summary>
    public async ValueTask<ImmutableArray<Stored<RelayRecord>>> RelaysAsync(CancellationToken token) =>
        [.. from entry in await ListAsync(BridgeKeys.Relays, token).ConfigureAwait(false)
            where BridgeKeys.TryParse(entry.Key) is BridgeKey.Relay
            select new Stored<RelayRecord>(Decode<RelayRecord>(entry), entry.ModifyIndex)];

    /// <summary>All hosts with agents.</summary>
    public async ValueTask<ImmutableArray<HostRecord>> HostsAsync(CancellationToken token) =>
        [.. from entry in await ListAsync(BridgeKeys.Hosts, token).ConfigureAwait(false)
            where BridgeKeys.TryParse(entry.Key) is BridgeKey.Host
            select Decode<HostRecord>(entry)];

    public async ValueTask<HeartbeatRecord?> HeartbeatAsync(string host, CancellationToken token) =>
        (await ReadAsync<HeartbeatRecord>(BridgeKeys.Heartbeat(host), token).ConfigureAwait(false)
            ?? await ReadAsync<HeartbeatRecord>(BridgeKeys.FormerHeartbeat(host), token).ConfigureAwait(false))?.Record;

    /// <summary>A report about an earlier takeover says nothing about this one.</summary>
    private static TakeoverHostReport? Of(TakeoverRecord takeover, Stored<TakeoverHostReport>? report) =>
        report?.Record.TakeoverId == takeover.Id ? report.Record : null;

    private async ValueTask<ImmutableArray<KeyValueEntry>> ListAsync(string prefix, CancellationToken token) =>
        (await client.ListAsync(prefix, Consistent, token).ConfigureAwait(false)).Value;

    private async ValueTask<Stored<T>?> ReadAsync<T>(string key, CancellationToken token)
        where T : class, IBridgeRecord<T>
    {
        var (entry, _) = await client.GetAsync(key, Consistent, token).ConfigureAwait(false);
        return entry is null ? null : new Stored<T>(Decode<T>(entry), entry.ModifyIndex);
    }

    private static T Decode<T>(KeyValueEntry entry)
        where T : IBridgeRecord<T>
    {
        try
        {
            return BridgeRecords.Decode<T>(entry.Key, entry.Bytes.Span);
        }
        catch (BridgeRecordException e)
        {
            throw new SourceException(
                $"The bridge's record {entry.Key} cannot be read.", e.Message, "Update this program, or the nodes that wrote the record with a newer one.", e);
        }
    }
}
