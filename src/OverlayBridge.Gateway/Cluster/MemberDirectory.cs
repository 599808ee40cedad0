using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Cluster;

/// <summary>The members' records as this node has them, leader or not: what is needed to find the leader cannot come from it.</summary>
internal sealed class MemberDirectory(IKeyValueStore store)
{
    private volatile Known _known = new(0, ImmutableDictionary<string, MemberRecord>.Empty);

    /// <summary>The record of the member with a Raft address, null while it has not come yet.</summary>
    public async Task<MemberRecord?> FindAsync(EndPoint raftAddress, CancellationToken cancellationToken) =>
        (await AllAsync(cancellationToken).ConfigureAwait(false)).GetValueOrDefault($"{raftAddress}");

    /// <summary>All records by Raft address.</summary>
    public async Task<ImmutableDictionary<string, MemberRecord>> AllAsync(CancellationToken cancellationToken)
    {
        var reading = await store
            .ReadPrefixAsync(MemberRecord.Prefix, new ReadOptions(ReadConsistency.Stale), cancellationToken).ConfigureAwait(false);
        if (_known is { } known && known.Index == reading.Index)
            return known.Records;
        // A later key of one address wins, should two ever name the same.
        var records = ImmutableDictionary.CreateBuilder<string, MemberRecord>(StringComparer.Ordinal);
        foreach (var entry in reading.Value)
            if (MemberRecord.Decode(entry) is { } record)
                records[record.RaftAddress] = record;
        _known = new Known(reading.Index, records.ToImmutable());
        return _known.Records;
    }

    private sealed record Known(ulong Index, ImmutableDictionary<string, MemberRecord> Records);
}
