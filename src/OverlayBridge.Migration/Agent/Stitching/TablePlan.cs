using System.Collections.Immutable;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.Migration.Agent.Stitching;

/// <summary>
/// What to do to a VXLAN device's tables. Pure. What is wanted and not there is set, whoever made what stands in its
/// place. Removed is only what the bridge made, and only where it still stands as it was made: what somebody changed
/// since, and what has become the engine's own, is left alone.
/// </summary>
/// <param name="Changes">In order: removals first.</param>
/// <param name="Before">To be remembered as owned before the changes are made, so that a crash in between forgets nothing.</param>
/// <param name="After">Owned once all changes are made.</param>
internal sealed record TablePlan(ImmutableArray<EntryChange> Changes, OwnedEntries Before, OwnedEntries After)
{
    /// <param name="vni">Of the device.</param>
    public static TablePlan Between(LinkTables actual, uint vni, WantedTable wanted, OwnedEntries owned)
    {
        var there = actual.Neighbours.ToHashSet();
        var wantedNeighbours = wanted.Neighbours.ToDictionary(static n => n.Address);
        var setNeighbours = wanted.Neighbours.Where(n => !there.Contains(n)).ToArray();
        var removeNeighbours = owned.Neighbours.Where(o =>
            !wantedNeighbours.ContainsKey(o.Address) && !wanted.OwnAddresses.Contains(o.Address) && there.Contains(o)).ToArray();

        var thereFdb = actual.Fdb.ToHashSet();
        var wantedFdb = wanted.Fdb.ToDictionary(static f => f.MacAddress);
        var setFdb = wanted.Fdb.Where(f => !thereFdb.Contains(f)).ToArray();
        var removeFdb = owned.Fdb.Where(o =>
            !wantedFdb.ContainsKey(o.MacAddress) && !wanted.OwnMacAddresses.Contains(o.MacAddress) && thereFdb.Contains(o)).ToArray();

        var after = new OwnedEntries(
            vni,
            [.. owned.Neighbours.Where(o => wantedNeighbours.GetValueOrDefault(o.Address) == o), .. setNeighbours],
            [.. owned.Fdb.Where(o => wantedFdb.GetValueOrDefault(o.MacAddress) == o), .. setFdb]);
        return new TablePlan(
            [
                .. removeNeighbours.Select(static n => new EntryChange.RemoveNeighbour(n)),
                .. removeFdb.Select(static f => new EntryChange.RemoveFdb(f)),
                .. setNeighbours.Select(static n => new EntryChange.SetNeighbour(n)),
                .. setFdb.Select(static f => new EntryChange.SetFdb(f)),
            ],
            after with { Neighbours = after.Neighbours.Union(removeNeighbours), Fdb = after.Fdb.Union(removeFdb) },
            after);
    }

    /// <summary>
    /// What is owned after the kernel refused some changes: what could not be set is not, but what it was to replace
    /// still is; what could not be removed still is.
    /// </summary>
    public OwnedEntries AfterFailures(IEnumerable<EntryFailure> failures, OwnedEntries owned) =>
        failures.Aggregate(After, (after, failure) => failure.Change switch
        {
            EntryChange.SetNeighbour(var entry) => after with
            {
                Neighbours = after.Neighbours.Remove(entry).Union(owned.Neighbours.Where(o => o.Address.Equals(entry.Address))),
            },
            EntryChange.SetFdb(var entry) => after with
            {
                Fdb = after.Fdb.Remove(entry).Union(owned.Fdb.Where(o => o.MacAddress.Equals(entry.MacAddress))),
            },
            EntryChange.RemoveNeighbour(var entry) => after with { Neighbours = after.Neighbours.Add(entry) },
            EntryChange.RemoveFdb(var entry) => after with { Fdb = after.Fdb.Add(entry) },
            _ => after,
        });
}
