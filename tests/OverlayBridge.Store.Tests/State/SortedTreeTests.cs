using CsCheck;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Tests.State;

public sealed class SortedTreeTests
{
    [Fact]
    public void Any_sequence_of_changes_gives_what_a_sorted_dictionary_would_hold_and_stays_balanced() =>
        Gen.Select(Gen.Int[0, 9], Generators.Prefix, Gen.ULong[1, 100]).Array[0, 200].Sample(steps =>
        {
            var tree = SortedTree.Empty<Tombstone>();
            var model = new SortedDictionary<StoreKey, ulong>();
            foreach (var (kind, key, index) in steps)
            {
                tree = Change(tree, model, kind, key, index);
                Assert.True(tree.IsBalanced);
            }
            Assert.Equal(model.Select(pair => new Tombstone(pair.Key, pair.Value)), tree.All());
            Assert.Equal(model.Count, tree.Count);
            Assert.Equal(model.Values.DefaultIfEmpty().Max(), tree.MaxIndex);
        });

    [Fact]
    public void Each_of_keys_that_share_long_beginnings_or_end_in_zeros_is_found_and_no_other() =>
        Gen.Select(Gen.OneOf(Generators.Key, Alike).Array[0, 100], Gen.OneOf(Generators.Key, Alike).Array[0, 20]).Sample((keys, others) =>
        {
            var tree = keys.Aggregate(SortedTree.Empty<Tombstone>(), (tree, key) => tree.Set(new Tombstone(key, 1)));
            tree = keys.Aggregate(tree, (tree, key) => tree.Set(new Tombstone(key, (ulong)key.Length + 2)));
            Assert.All(keys, key => Assert.Equal(new Tombstone(key, (ulong)key.Length + 2), tree.Find(key)));
            Assert.All(others, key => Assert.Equal(keys.Contains(key), tree.Find(key) is not null));
            Assert.Equal(keys.Distinct().Order(), tree.All().Select(item => item.Key));
            Assert.True(tree.IsBalanced);
        });

    private static Gen<StoreKey> Alike { get; } = Gen.OneOf(Gen.Const((byte)0), Gen.Const((byte)'a'), Gen.Const((byte)0xff)).Array[0, 20]
        .Select(bytes => StoreKey.FromBytes([.. "docker/network/v1.0/"u8, .. bytes]));

    [Fact]
    public void Prefix_reads_find_all_keys_of_a_prefix_in_order_and_their_highest_index() =>
        Gen.Select(Gen.Select(Generators.Key, Gen.ULong[1, 100]).Array[0, 100], Generators.Prefix).Sample((items, prefix) =>
        {
            var tree = items.Aggregate(SortedTree.Empty<Tombstone>(), (tree, item) => tree.Set(new Tombstone(item.Item1, item.Item2)));
            var expected = tree.All().Where(item => item.Key.StartsWith(prefix)).ToList();
            Assert.Equal(expected, tree.Under(prefix));
            Assert.Equal(expected.Select(item => item.Index).DefaultIfEmpty().Max(), tree.MaxIndexUnder(prefix));
        });

    [Fact]
    public void A_tree_that_a_reader_holds_is_not_changed_by_later_changes() =>
        Generators.Key.Array[1, 50].Sample(keys =>
        {
            var before = keys.Aggregate(SortedTree.Empty<Tombstone>(), (tree, key) => tree.Set(new Tombstone(key, 1)));
            var held = before.All().ToList();
            _ = keys.Aggregate(before, (tree, key) => tree.Set(new Tombstone(key, 2)).Remove(keys[0]).RemovePrefix(key));
            Assert.Equal(held, before.All());
        });

    [Fact]
    public void A_tree_of_ordered_items_is_balanced_and_items_out_of_order_are_refused()
    {
        var items = Enumerable.Range(0, 1000).Select(i => new Tombstone(StoreKey.FromText($"{i:d4}"), (ulong)i)).ToList();
        var tree = SortedTree.FromOrdered(items);
        Assert.True(tree.IsBalanced);
        Assert.Equal(items, tree.All());
        Assert.Throws<ArgumentException>(() => SortedTree.FromOrdered<Tombstone>([items[1], items[0]]));
        Assert.Throws<ArgumentException>(() => SortedTree.FromOrdered<Tombstone>([items[1], items[1]]));
    }

    [Fact]
    public void A_tree_of_several_levels_grows_and_shrinks_in_any_order_without_losing_a_key_or_its_balance()
    {
        const int Count = 5000;
        var random = new Random(1);
        var keys = Enumerable.Range(0, Count).Select(i => StoreKey.FromText($"docker/network/{i:d5}")).ToArray();
        var model = new SortedDictionary<StoreKey, ulong>();
        var tree = SortedTree.Empty<Tombstone>();
        random.Shuffle(keys);
        for (var i = 0; i < Count; i++)
            tree = Change(tree, model, kind: 9, keys[i], (ulong)random.Next(1, 1000));
        AssertSame(model, tree);
        foreach (var prefix in new[] { "docker/network/012", "docker/network/0499", "docker/network/03", "docker/network/9" })
            AssertSame(model, tree = Change(tree, model, kind: 0, StoreKey.FromText(prefix), 0));
        random.Shuffle(keys);
        for (var i = 0; i < Count; i++)
        {
            tree = Change(tree, model, kind: 1, keys[i], 0);
            if (i % 250 == 0)
                AssertSame(model, tree);
        }
        AssertSame(model, tree);
    }

    private static void AssertSame(SortedDictionary<StoreKey, ulong> model, SortedTree<Tombstone> tree)
    {
        Assert.Equal(model.Select(pair => new Tombstone(pair.Key, pair.Value)), tree.All());
        Assert.Equal(model.Count, tree.Count);
        Assert.Equal(model.Values.DefaultIfEmpty().Max(), tree.MaxIndex);
        Assert.True(tree.IsBalanced);
        foreach (var prefix in new[] { "docker/network/0", "docker/network/0123", "docker/network/04998", "docker/", "e" }.Select(StoreKey.FromText))
        {
            var expected = model.Where(pair => pair.Key.StartsWith(prefix)).Select(pair => pair.Value).ToList();
            Assert.Equal(expected.Count, tree.Under(prefix).Count());
            Assert.Equal(expected.DefaultIfEmpty().Max(), tree.MaxIndexUnder(prefix));
        }
        Assert.All(model, pair => Assert.Equal(pair.Value, tree.Find(pair.Key)?.Index));
    }

    private static SortedTree<Tombstone> Change(
        SortedTree<Tombstone> tree, SortedDictionary<StoreKey, ulong> model, int kind, StoreKey key, ulong index)
    {
        switch (kind)
        {
            case 0:
                foreach (var gone in model.Keys.Where(other => other.StartsWith(key)).ToList())
                    model.Remove(gone);
                return tree.RemovePrefix(key);
            case < 3:
                model.Remove(key);
                return tree.Remove(key);
            default:
                model[key] = index;
                return tree.Set(new Tombstone(key, index));
        }
    }
}
