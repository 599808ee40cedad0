using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using CsCheck;
using OverlayBridge.Overlay.Stitch;

namespace OverlayBridge.Overlay.Tests.Stitch;

public class StitchPlanTests
{
    [Fact]
    public void One_pass_makes_everything_there_and_a_second_does_nothing() =>
        Gen.Select(Entries, Entries, Entries).Sample((desired, owned, present) =>
        {
            var plan = StitchPlan.Between(desired, owned, present);
            var after = Apply(plan, present);
            Assert.Subset(after.Neighbours.ToHashSet(), desired.Neighbours.ToHashSet());
            Assert.Subset(after.Forwardings.ToHashSet(), desired.Forwardings.ToHashSet());
            Assert.True(StitchPlan.Between(desired, plan.Owned, after).IsEmpty);
        });

    [Fact]
    public void Only_owned_entries_are_ever_removed() =>
        Gen.Select(Entries, Entries, Entries).Sample((desired, owned, present) =>
        {
            var plan = StitchPlan.Between(desired, owned, present);
            Assert.Subset(owned.Neighbours.Intersect(present.Neighbours).ToHashSet(), plan.Neighbours.Remove.ToHashSet());
            Assert.Subset(owned.Forwardings.Intersect(present.Forwardings).ToHashSet(), plan.Forwardings.Remove.ToHashSet());
            Assert.Empty(plan.Neighbours.Remove.Intersect(desired.Neighbours));
        });

    [Fact]
    public void Wanting_nothing_leaves_only_what_others_made() =>
        Gen.Select(Entries, Entries).Sample((desired, foreign) =>
        {
            var first = StitchPlan.Between(desired, NamespaceEntries.None, foreign);
            var stitched = Apply(first, foreign);
            var undo = StitchPlan.Between(NamespaceEntries.None, first.Owned, stitched);
            var left = Apply(undo, stitched);
            var untouched = foreign.Neighbours.Where(e => desired.Neighbours.All(d => !d.Address.Equals(e.Address) || d == e));
            Assert.Equal(untouched.ToHashSet(), left.Neighbours.ToHashSet());
            Assert.True(undo.Neighbours.Owned.IsEmpty && undo.Forwardings.Owned.IsEmpty);
        });

    [Fact]
    public void An_entry_of_ours_that_the_engine_replaced_is_the_engines()
    {
        var ours = One(2, 2, 3);
        var theirs = One(2, 9, 4);
        var plan = StitchPlan.Between(NamespaceEntries.None, ours, theirs);
        Assert.True(plan.IsEmpty);
        Assert.Empty(plan.Owned.Neighbours);
    }

    [Fact]
    public void An_entry_that_stood_there_as_wanted_does_not_become_ours()
    {
        var entry = One(2, 2, 3);
        var plan = StitchPlan.Between(entry, NamespaceEntries.None, entry);
        Assert.True(plan.IsEmpty);
        Assert.Empty(plan.Owned.Neighbours);
    }

    [Fact]
    public void A_moved_endpoint_is_replaced()
    {
        var plan = StitchPlan.Between(One(2, 2, 4), One(2, 2, 3), One(2, 2, 3));
        Assert.True(plan.Neighbours.IsEmpty);
        Assert.Equal(One(2, 2, 4).Forwardings, plan.Forwardings.Replace);
    }

    [Fact]
    public void A_namespace_made_anew_gets_everything_again()
    {
        var desired = One(2, 2, 3);
        var plan = StitchPlan.Between(desired, desired, NamespaceEntries.None);
        Assert.Equal((1, 1), (plan.Neighbours.Add.Length, plan.Forwardings.Add.Length));
        Assert.Equal(desired.Neighbours, plan.Owned.Neighbours);
    }

    private static NamespaceEntries Apply(StitchPlan plan, NamespaceEntries present) => new(
        Apply(plan.Neighbours, present.Neighbours, e => e.Address), Apply(plan.Forwardings, present.Forwardings, e => e.Mac));

    // As the kernel does: adding what is there fails, replacing and removing what is not there too.
    private static ImmutableArray<T> Apply<T, TKey>(EntryPlan<T> plan, ImmutableArray<T> present, Func<T, TKey> key)
        where T : class
        where TKey : notnull
    {
        var table = present.ToDictionary(key);
        foreach (var entry in plan.Remove)
            Assert.True(table.Remove(key(entry)));
        foreach (var entry in plan.Add)
            table.Add(key(entry), entry);
        foreach (var entry in plan.Replace)
        {
            Assert.True(table.ContainsKey(key(entry)));
            table[key(entry)] = entry;
        }
        return [.. table.Values];
    }

    // Few addresses, so that the three sets overlap in every way.
    private static readonly Gen<NamespaceEntries> Entries =
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 3], Gen.Int[1, 3]).Array[0, 8].Select(all => new NamespaceEntries(
            [.. all.SelectMany(t => One(t.Item1, t.Item2, t.Item3).Neighbours).DistinctBy(e => e.Address)],
            [.. all.SelectMany(t => One(t.Item2, t.Item1, t.Item3).Forwardings).DistinctBy(e => e.Mac)]));

    private static NamespaceEntries One(int address, int mac, int host) => NamespaceEntries.Of(
        [new StitchEntry(IPAddress.Parse($"10.60.0.{address}"), new PhysicalAddress([2, 0x42, 10, 60, 0, (byte)mac]), IPAddress.Parse($"172.31.0.{host}"), null)]);
}
