using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>The id in N, E or B is not the one of its key. Engines trust the value's.</summary>
internal sealed class Rule41IdMismatch() : Rule(41)
{
    public override string Cause =>
        "A key was copied by hand.";

    public override string Repair =>
        "Write the record under the right key, or delete the copy.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        store.Networks.SelectMany(Records).Concat(
            from pool in store.Pools.All
            where pool.Bitmap?.Value is not null && pool.Bitmap!.Value!.Id != pool.Id
            let key = pool.Bitmap!.Entry.Key
            select See(Thing.Pool(pool.Id), [key], $"The bitmap under the key of {pool.Id} says that it is of {pool.Bitmap!.Value!.Id}.") with
            {
                OwnedBy = [pool.Id],
            });

    private IEnumerable<Observation> Records(NetworkRecords network)
    {
        if (network.Record is { } record && record.Id != network.Id)
            yield return See(network, [network.Filed!.Entry.Key], $"The record under the key of network {network.Label} says that it is {record.Id}.");
        foreach (var endpoint in network.Readable)
            if (!endpoint.Outline!.HasIdOfKey)
                yield return See(endpoint, [endpoint.Key],
                    $"The record under the key of endpoint {endpoint.Id} of {network.Label} says that it is {endpoint.Record!.Id}.");
    }
}
