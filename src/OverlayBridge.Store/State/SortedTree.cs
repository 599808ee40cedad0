using OverlayBridge.Store.Keys;

namespace OverlayBridge.Store.State;

/// <summary>
/// A persistent (never changed in place) balanced tree in byte order of the key. Every change gives a new tree that
/// shares all but O(log n) nodes with the old one, so a reader, a snapshot or a test keeps the tree it holds for as long
/// as it likes without a copy or a lock. Each node knows the highest index below it: the index of a prefix is O(log n).
/// </summary>
/// <remarks>
/// The base library's ImmutableSortedDictionary has neither a seek to a prefix, nor the removal of a range, nor an
/// aggregate. AVL by joins, after Blelloch, Ferizovic and Sun, "Just Join for Parallel Ordered Sets" (2016).
/// </remarks>
public sealed class SortedTree<T>
    where T : class, IIndexed
{
    private readonly Node? _root;

    private SortedTree(Node? root) => _root = root;

    internal SortedTree(IReadOnlyList<T> ordered) => _root = Build(ordered, 0, ordered.Count);

    public int Count => _root?.Count ?? 0;

    /// <summary>The highest index of all items, 0 when there are none.</summary>
    public ulong MaxIndex => _root?.MaxIndex ?? 0;

    public T? Find(StoreKey key)
    {
        var node = _root;
        while (node is not null)
        {
            var order = key.CompareTo(node.Key);
            if (order == 0)
                return node.Item;
            node = order < 0 ? node.Left : node.Right;
        }
        return null;
    }

    /// <summary>With <paramref name="item"/> in place of what has its key.</summary>
    public SortedTree<T> Set(T item) => new(Insert(_root, item.Key, item));

    /// <summary>Without the item of that key; this very tree when there is none.</summary>
    public SortedTree<T> Remove(StoreKey key) => Find(key) is null ? this : new(Delete(_root!, key));

    /// <summary>Without all items whose key has the prefix; this very tree when there are none.</summary>
    public SortedTree<T> RemovePrefix(StoreKey prefix)
    {
        var before = Below(_root, prefix);
        var after = Above(_root, prefix);
        return (before?.Count ?? 0) + (after?.Count ?? 0) == Count ? this : new(Concat(before, after));
    }

    /// <summary>The items whose key has the prefix, in order, read lazily off this tree.</summary>
    public IEnumerable<T> Under(StoreKey prefix)
    {
        var path = new Stack<Node>();
        for (var node = _root; node is not null;)
        {
            if (node.Key.CompareToRange(prefix) < 0)
            {
                node = node.Right;
                continue;
            }
            path.Push(node);
            node = node.Left;
        }
        while (path.TryPop(out var next) && next.Key.StartsWith(prefix))
        {
            yield return next.Item;
            for (var node = next.Right; node is not null; node = node.Left)
                path.Push(node);
        }
    }

    /// <summary>The highest index of the items whose key has the prefix, 0 when there are none. O(log n).</summary>
    public ulong MaxIndexUnder(StoreKey prefix)
    {
        var node = _root;
        while (node is not null && node.Key.CompareToRange(prefix) is var order && order != 0)
            node = order < 0 ? node.Right : node.Left;
        if (node is null)
            return 0;
        var max = node.Item.Index;
        for (var left = node.Left; left is not null;)
        {
            var inside = left.Key.StartsWith(prefix);
            if (inside)
                max = Math.Max(max, Math.Max(left.Item.Index, left.Right?.MaxIndex ?? 0));
            left = inside ? left.Left : left.Right;
        }
        for (var right = node.Right; right is not null;)
        {
            var inside = right.Key.StartsWith(prefix);
            if (inside)
                max = Math.Max(max, Math.Max(right.Item.Index, right.Left?.MaxIndex ?? 0));
            right = inside ? right.Right : right.Left;
        }
        return max;
    }

    /// <summary>All items, in order, read lazily off this tree.</summary>
    public IEnumerable<T> All() => Under(StoreKey.Empty);

    private static Node? Build(IReadOnlyList<T> items, int from, int to)
    {
        if (from == to)
            return null;
        var middle = from + (to - from) / 2;
        return new Node(Build(items, from, middle), items[middle], Build(items, middle + 1, to));
    }

    private static Node Insert(Node? node, StoreKey key, T item)
    {
        if (node is null)
            return new Node(null, item, null);
        var order = key.CompareTo(node.Key);
        return order switch
        {
            0 => new Node(node.Left, item, node.Right),
            < 0 => Join(Insert(node.Left, key, item), node.Item, node.Right),
            _ => Join(node.Left, node.Item, Insert(node.Right, key, item)),
        };
    }

    private static Node? Delete(Node node, StoreKey key)
    {
        var order = key.CompareTo(node.Key);
        return order switch
        {
            0 => Concat(node.Left, node.Right),
            < 0 => Join(Delete(node.Left!, key), node.Item, node.Right),
            _ => Join(node.Left, node.Item, Delete(node.Right!, key)),
        };
    }

    private static Node? Below(Node? node, StoreKey prefix) =>
        node is null ? null
        : node.Key.CompareToRange(prefix) < 0 ? Join(node.Left, node.Item, Below(node.Right, prefix))
        : Below(node.Left, prefix);

    private static Node? Above(Node? node, StoreKey prefix) =>
        node is null ? null
        : node.Key.CompareToRange(prefix) > 0 ? Join(Above(node.Left, prefix), node.Item, node.Right)
        : Above(node.Right, prefix);

    private static Node? Concat(Node? left, Node? right)
    {
        if (left is null)
            return right;
        if (right is null)
            return left;
        var (others, last) = TakeLast(left);
        return Join(others, last, right);
    }

    private static (Node? Others, T Last) TakeLast(Node node)
    {
        if (node.Right is null)
            return (node.Left, node.Item);
        var (others, last) = TakeLast(node.Right);
        return (Join(node.Left, node.Item, others), last);
    }

    private static Node Join(Node? left, T item, Node? right)
    {
        var difference = Height(left) - Height(right);
        return difference switch
        {
            > 1 => Balance(left!.Left, left.Item, Join(left.Right, item, right)),
            < -1 => Balance(Join(left, item, right!.Left), right.Item, right.Right),
            _ => new Node(left, item, right),
        };
    }

    /// <summary>A node of two balanced trees whose heights differ by two at most.</summary>
    private static Node Balance(Node? left, T item, Node? right)
    {
        var difference = Height(left) - Height(right);
        if (difference > 1)
        {
            return Height(left!.Left) >= Height(left.Right)
                ? new Node(left.Left, left.Item, new Node(left.Right, item, right))
                : new Node(
                    new Node(left.Left, left.Item, left.Right!.Left),
                    left.Right.Item,
                    new Node(left.Right.Right, item, right));
        }
        if (difference < -1)
        {
            return Height(right!.Right) >= Height(right.Left)
                ? new Node(new Node(left, item, right.Left), right.Item, right.Right)
                : new Node(
                    new Node(left, item, right.Left!.Left),
                    right.Left.Item,
                    new Node(right.Left.Right, right.Item, right.Right));
        }
        return new Node(left, item, right);
    }

    private static int Height(Node? node) => node?.Height ?? 0;

    private sealed class Node(Node? left, T item, Node? right)
    {
        public Node? Left { get; } = left;

        public T Item { get; } = item;

        /// <summary>The item's, at hand: at each step of a search it would be one more way through memory, and one through an interface.</summary>
        public StoreKey Key { get; } = item.Key;

        public Node? Right { get; } = right;

        public ulong MaxIndex { get; } =
            Math.Max(item.Index, Math.Max(left?.MaxIndex ?? 0, right?.MaxIndex ?? 0));

        public int Count { get; } = 1 + (left?.Count ?? 0) + (right?.Count ?? 0);

        public int Height { get; } = 1 + Math.Max(left?.Height ?? 0, right?.Height ?? 0);
    }

    /// <summary>What makes the tree O(log n), for tests: no two sides of a node differ by more than one in height.</summary>
    internal bool IsBalanced
    {
        get
        {
            return Check(_root);

            static bool Check(Node? node) =>
                node is null ||
                (Math.Abs(Height(node.Left) - Height(node.Right)) <= 1 && Check(node.Left) && Check(node.Right));
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
