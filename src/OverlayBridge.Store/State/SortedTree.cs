using OverlayBridge.Store.Keys;

namespace OverlayBridge.Store.State;

/// <summary>
/// A persistent (never changed in place) balanced tree in byte order of the key. Every change gives a new tree that
/// shares all but O(log n) nodes with the old one, so a reader, a snapshot or a test keeps the tree it holds for as long
/// as it likes without a copy or a lock. Each node knows the highest index below it: the index of a prefix is O(log n).
/// </summary>
/// <remarks>
/// The base library's ImmutableSortedDictionary has neither a seek to a prefix, nor the removal of a range, nor an
/// aggregate. A B+ tree: what a search in a large tree takes its time for are the ways through memory, and of wide nodes few are on its way.
/// </remarks>
public sealed partial class SortedTree<T>
    where T : class, IIndexed
{
    private readonly Node _root;

    private SortedTree(Node root, int count) => (_root, Count) = (root, count);

    internal SortedTree(IReadOnlyList<T> ordered) => (_root, Count) = (Build(ordered), ordered.Count);

    public int Count { get; }

    /// <summary>The highest index of all items, 0 when there are none.</summary>
    public ulong MaxIndex => _root.MaxIndex;

    public T? Find(StoreKey key)
    {
        var bytes = key.Span;
        var node = _root;
        while (node.Children is { } children)
            node = children[node.ChildFor(bytes)];
        return node.FindItem(bytes);
    }

    /// <summary>With <paramref name="item"/> in place of what has its key.</summary>
    public SortedTree<T> Set(T item)
    {
        var (changed, more) = Insert(_root, item.Key.Span, item, out var isNew);
        return new(more is { } second ? Node.Inner([changed, second.Node], [second.From]) : changed, Count + (isNew ? 1 : 0));
    }

    /// <summary>Without the item of that key; this very tree when there is none.</summary>
    public SortedTree<T> Remove(StoreKey key)
    {
        if (Find(key) is null)
            return this;
        var root = Delete(_root, key.Span);
        return new(root.Children is [var only] ? only : root, Count - 1);
    }

    /// <summary>Without all items whose key has the prefix; this very tree when there are none. O(k log n) for k items.</summary>
    public SortedTree<T> RemovePrefix(StoreKey prefix)
    {
        var removed = Under(prefix).ToList();
        // Where much of it goes, what stays is put together anew.
        return removed.Count > Count / Node.Most
            ? new([.. All().Where(item => !item.Key.StartsWith(prefix))])
            : removed.Aggregate(this, static (tree, item) => tree.Remove(item.Key));
    }

    /// <summary>The items whose key has the prefix, in order, read lazily off this tree.</summary>
    public IEnumerable<T> Under(StoreKey prefix)
    {
        var path = new Stack<(Node[] Children, int Next)>();
        var (node, at) = (_root, 0);
        while (node.Children is { } children)
        {
            var child = node.ChildFor(prefix.Span);
            path.Push((children, child + 1));
            node = children[child];
        }
        at = node.Position(prefix.Span, out _);
        while (true)
        {
            for (; at < node.Items!.Length; at++)
            {
                if (!node.Items[at].Key.StartsWith(prefix))
                    yield break;
                yield return node.Items[at];
            }
            if (NextLeaf(path) is not { } next)
                yield break;
            (node, at) = (next, 0);
        }
    }

    /// <summary>The highest index of the items whose key has the prefix, 0 when there are none. O(log n).</summary>
    public ulong MaxIndexUnder(StoreKey prefix) => MaxIndexUnder(_root, prefix);

    /// <summary>All items, in order, read lazily off this tree.</summary>
    public IEnumerable<T> All() => Under(StoreKey.Empty);

    private static Node? NextLeaf(Stack<(Node[] Children, int Next)> path)
    {
        while (path.TryPop(out var step))
        {
            if (step.Next == step.Children.Length)
                continue;
            path.Push((step.Children, step.Next + 1));
            var node = step.Children[step.Next];
            for (; node.Children is { } children; node = children[0])
                path.Push((children, 1));
            return node;
        }
        return null;
    }

    private static ulong MaxIndexUnder(Node node, StoreKey prefix)
    {
        var max = 0UL;
        if (node.Children is not { } children)
        {
            for (var i = node.Position(prefix.Span, out _); i < node.Items!.Length && node.Items[i].Key.StartsWith(prefix); i++)
                max = Math.Max(max, node.Items[i].Index);
            return max;
        }
        var first = node.ChildFor(prefix.Span);
        var last = first;
        while (last < node.Keys.Length && node.Keys[last].StartsWith(prefix))
            last++;
        // All between the first and the last lie whole under the prefix.
        for (var i = first + 1; i < last; i++)
            max = Math.Max(max, children[i].MaxIndex);
        max = Math.Max(max, MaxIndexUnder(children[first], prefix));
        return last == first ? max : Math.Max(max, MaxIndexUnder(children[last], prefix));
    }

    /// <returns>The node with the item, and a second one behind it where it was full.</returns>
    private static (Node Node, Part? More) Insert(Node node, ReadOnlySpan<byte> key, T item, out bool isNew)
    {
        if (node.Children is null)
        {
            var at = node.Position(key, out var found);
            isNew = !found;
            return found ? (node.With(at, item), null) : Cut([.. node.Items.AsSpan(0, at), item, .. node.Items.AsSpan(at)]);
        }
        var child = node.ChildFor(key);
        var (changed, more) = Insert(node.Children[child], key, item, out isNew);
        return more is { } second ? node.WithTwo(child, 1, changed, second) : (node.With(child, changed), null);
    }

    /// <param name="key">It is there.</param>
    private static Node Delete(Node node, ReadOnlySpan<byte> key)
    {
        if (node.Children is not { } children)
        {
            var at = node.Position(key, out _);
            return Node.Leaf([.. node.Items.AsSpan(0, at), .. node.Items.AsSpan(at + 1)]);
        }
        var child = node.ChildFor(key);
        var changed = Delete(children[child], key);
        if (changed.Width >= Node.Least)
            return node.With(child, changed);
        // Too small: together with its neighbour, which may be too much for one.
        var left = Math.Max(child - 1, 0);
        var (one, more) = Together(left == child ? changed : children[left], node.Keys[left], left == child ? children[left + 1] : changed);
        return node.WithTwo(left, 2, one, more).Node;
    }

    private static (Node Node, Part? More) Together(Node left, StoreKey from, Node right) => left.Children is { } children
        ? Cut([.. children, .. right.Children!], [.. left.Keys, from, .. right.Keys])
        : Cut([.. left.Items!, .. right.Items!]);

    private static (Node Node, Part? More) Cut(T[] items)
    {
        if (items.Length <= Node.Most)
            return (Node.Leaf(items), null);
        var half = items.Length / 2;
        return (Node.Leaf(items[..half]), new Part(items[half].Key, Node.Leaf(items[half..])));
    }

    private static (Node Node, Part? More) Cut(Node[] children, StoreKey[] keys)
    {
        if (children.Length <= Node.Most)
            return (Node.Inner(children, keys), null);
        var half = children.Length / 2;
        return (Node.Inner(children[..half], keys[..(half - 1)]), new Part(keys[half - 1], Node.Inner(children[half..], keys[half..])));
    }

    private static Node Build(IReadOnlyList<T> ordered)
    {
        List<Part> level = [.. Evenly(ordered, Node.Most).Select(static items => new Part(items[0].Key, Node.Leaf(items)))];
        while (level.Count > 1)
            level = [.. Evenly(level, Node.Most).Select(static parts => new Part(parts[0].From, Node.Inner([.. parts.Select(static part => part.Node)], [.. parts.Skip(1).Select(static part => part.From)])))];
        return level is [var root] ? root.Node : Node.Leaf([]);
    }

    /// <summary>As few parts as can be, none of which is much smaller than another.</summary>
    private static IEnumerable<TItem[]> Evenly<TItem>(IReadOnlyList<TItem> items, int most)
    {
        var parts = (items.Count + most - 1) / most;
        for (var (part, from) = (0, 0); part < parts; part++)
        {
            var to = (int)((long)items.Count * (part + 1) / parts);
            var taken = new TItem[to - from];
            for (var i = 0; i < taken.Length; i++)
                taken[i] = items[from + i];
            from = to;
            yield return taken;
        }
    }

    /// <summary>A node among others, with the key from which on keys are in it.</summary>
    private readonly record struct Part(StoreKey From, Node Node);

    /// <summary>What makes the tree O(log n), for tests: all leaves are equally deep, and no node but the root is too small or too wide.</summary>
    internal bool IsBalanced
    {
        get
        {
            return Depth(_root, isRoot: true) is not null;

            static int? Depth(Node node, bool isRoot)
            {
                if (node.Width > Node.Most || (!isRoot && node.Width < Node.Least))
                    return null;
                if (node.Children is not { } children)
                    return 0;
                var depths = children.Select(static child => Depth(child, isRoot: false)).Distinct().ToList();
                return depths is [{ } depth] && children.Length > 1 ? depth + 1 : null;
            }
        }
    }
}

/// <summary>Makes trees.</summary>
public static class SortedTree
{
    public static SortedTree<T> Empty<T>()
        where T : class, IIndexed => new([]);

    /// <summary>A tree of items that are in order of their keys already, no key twice. O(n).</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static SortedTree<T> FromOrdered<T>(IReadOnlyList<T> items)
        where T : class, IIndexed
    {
        for (var i = 1; i < items.Count; i++)
            if (items[i - 1].Key >= items[i].Key)
                throw new ArgumentException($"Item {i} is not after the one before it.", nameof(items));
        return new SortedTree<T>(items);
    }
}
