using System.Buffers.Binary;
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
        var (node, known) = (_root, 0);
        while (node is not null)
        {
            var order = node.Order(key.Span, ref known);
            if (order == 0)
                return node.Item;
            node = order < 0 ? node.Left : node.Right;
        }
        return null;
    }

    /// <summary>With <paramref name="item"/> in place of what has its key.</summary>
    public SortedTree<T> Set(T item) => new(Insert(_root, item.Key.Span, 0, item));

    /// <summary>Without the item of that key; this very tree when there is none.</summary>
    public SortedTree<T> Remove(StoreKey key) => Find(key) is null ? this : new(Delete(_root!, key));

    /// <summary>Without all items whose key has the prefix; this very tree when there are none.</summary>
    public SortedTree<T> RemovePrefix(StoreKey prefix)
    {
        var before = Below(_root, prefix);
        var after = Above(_root, prefix);
        return CountOf(before) + CountOf(after) == Count ? this : new(Concat(before, after));
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
        var max = node.Index;
        for (var left = node.Left; left is not null;)
        {
            var inside = left.Key.StartsWith(prefix);
            if (inside)
                max = Math.Max(max, Math.Max(left.Index, left.Right?.MaxIndex ?? 0));
            left = inside ? left.Left : left.Right;
        }
        for (var right = node.Right; right is not null;)
        {
            var inside = right.Key.StartsWith(prefix);
            if (inside)
                max = Math.Max(max, Math.Max(right.Index, right.Left?.MaxIndex ?? 0));
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

    private static Node Insert(Node? node, ReadOnlySpan<byte> key, int known, T item)
    {
        if (node is null)
            return new Node(null, item, null);
        var order = node.Order(key, ref known);
        if (order == 0)
            return node.With(item);
        var changed = Insert(order < 0 ? node.Left : node.Right, key, known, item);
        // Nothing more than the item of a key that was there is the usual case: the tree keeps its shape then.
        if (changed.Count == CountOf(order < 0 ? node.Left : node.Right))
            return order < 0 ? node.With(changed, node.Right) : node.With(node.Left, changed);
        return order < 0 ? Join(changed, node, node.Right) : Join(node.Left, node, changed);
    }

    private static Node? Delete(Node node, StoreKey key)
    {
        var order = key.CompareTo(node.Key);
        return order switch
        {
            0 => Concat(node.Left, node.Right),
            < 0 => Join(Delete(node.Left!, key), node, node.Right),
            _ => Join(node.Left, node, Delete(node.Right!, key)),
        };
    }

    private static Node? Below(Node? node, StoreKey prefix) =>
        node is null ? null
        : node.Key.CompareToRange(prefix) < 0 ? Join(node.Left, node, Below(node.Right, prefix))
        : Below(node.Left, prefix);

    private static Node? Above(Node? node, StoreKey prefix) =>
        node is null ? null
        : node.Key.CompareToRange(prefix) > 0 ? Join(Above(node.Left, prefix), node, node.Right)
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

    private static (Node? Others, Node Last) TakeLast(Node node)
    {
        if (node.Right is null)
            return (node.Left, node);
        var (others, last) = TakeLast(node.Right);
        return (Join(node.Left, node, others), last);
    }

    private static Node Join(Node? left, Node middle, Node? right)
    {
        var difference = HeightOf(left) - HeightOf(right);
        return difference switch
        {
            > 1 => Balance(left!.Left, left, Join(left.Right, middle, right)),
            < -1 => Balance(Join(left, middle, right!.Left), right, right.Right),
            _ => new Node(left, middle, right),
        };
    }

    /// <summary>A node of two balanced trees whose heights differ by two at most.</summary>
    private static Node Balance(Node? left, Node middle, Node? right)
    {
        var difference = HeightOf(left) - HeightOf(right);
        if (difference > 1)
        {
            return HeightOf(left!.Left) >= HeightOf(left.Right)
                ? new Node(left.Left, left, new Node(left.Right, middle, right))
                : new Node(
                    new Node(left.Left, left, left.Right!.Left),
                    left.Right,
                    new Node(left.Right.Right, middle, right));
        }
        if (difference < -1)
        {
            return HeightOf(right!.Right) >= HeightOf(right.Left)
                ? new Node(new Node(left, middle, right.Left), right, right.Right)
                : new Node(
                    new Node(left, middle, right.Left!.Left),
                    right.Left,
                    new Node(right.Left.Right, right, right.Right));
        }
        return new Node(left, middle, right);
    }

    private static int HeightOf(Node? node) => node?.Height ?? 0;

    private static int CountOf(Node? node) => node?.Count ?? 0;

    /// <summary>
    /// What a search compares stands in the node itself. Through the item and through its key it would be two more ways through memory at each step,
    /// and these, not the comparing, are what a search in a large tree takes its time for.
    /// </summary>
    private sealed class Node
    {
        private const int HeadLength = sizeof(ulong);

        /// <summary>The bytes of the key behind those that all keys below share with it, as a number that is in order as they are.</summary>
        private readonly ulong _head;

        /// <summary>So many bytes all keys from here on down begin with, at least.</summary>
        private readonly ushort _shared;

        private readonly byte _height;

        public Node(Node? left, T item, Node? right)
            : this(left, item, item.Key, item.Index, right)
        {
        }

        /// <summary>Has the item of <paramref name="middle"/>.</summary>
        public Node(Node? left, Node middle, Node? right)
            : this(left, middle.Item, middle.Key, middle.Index, right)
        {
        }

        private Node(Node? left, T item, StoreKey key, ulong index, Node? right)
        {
            (Left, Item, Key, Index, Right) = (left, item, key, index, right);
            MaxIndex = Math.Max(index, Math.Max(left?.MaxIndex ?? 0, right?.MaxIndex ?? 0));
            Count = 1 + CountOf(left) + CountOf(right);
            _height = (byte)(1 + Math.Max(HeightOf(left), HeightOf(right)));
            _shared = (ushort)Math.Min(Shared(left, Shared(right, key.Length)), ushort.MaxValue);
            _head = HeadOf(key.Span, _shared);
        }

        /// <summary>Of the same shape as another.</summary>
        private Node(Node like, Node? left, T item, ulong index, Node? right)
        {
            (Left, Item, Key, Index, Right) = (left, item, like.Key, index, right);
            MaxIndex = Math.Max(index, Math.Max(left?.MaxIndex ?? 0, right?.MaxIndex ?? 0));
            (Count, _height, _shared, _head) = (like.Count, like._height, like._shared, like._head);
        }

        public Node? Left { get; }

        public T Item { get; }

        public StoreKey Key { get; }

        /// <summary>The item's.</summary>
        public ulong Index { get; }

        public Node? Right { get; }

        public ulong MaxIndex { get; }

        public int Count { get; }

        public int Height => _height;

        /// <summary>With another item of the same key.</summary>
        public Node With(T item) => new(this, Left, item, item.Index, Right);

        /// <summary>With trees of the same keys and shapes below.</summary>
        public Node With(Node? left, Node? right) => new(this, left, Item, Index, right);

        /// <summary>Below 0 when <paramref name="key"/> comes before this node's, 0 when it is the same, above 0 when it comes after it.</summary>
        /// <param name="known">So many bytes the key shares with all keys from the node above on down.</param>
        public int Order(ReadOnlySpan<byte> key, ref int known)
        {
            if (known < _shared)
            {
                if (key.Length < _shared || !key[known.._shared].SequenceEqual(Key.Span[known.._shared]))
                    return key.SequenceCompareTo(Key.Span);
                known = _shared;
            }
            var head = HeadOf(key, _shared);
            return head == _head ? key.SequenceCompareTo(Key.Span) : head < _head ? -1 : 1;
        }

        private int Shared(Node? other, int most) =>
            other is null ? most : Math.Min(Math.Min(most, other._shared), Key.Span.CommonPrefixLength(other.Key.Span));

        /// <summary>A key that ends earlier counts as one of zeros there: where two are equal only the keys themselves tell.</summary>
        private static ulong HeadOf(ReadOnlySpan<byte> key, int start)
        {
            if (key.Length >= start + HeadLength)
                return BinaryPrimitives.ReadUInt64BigEndian(key[start..]);
            var head = 0UL;
            for (var i = 0; i < HeadLength; i++)
                head = head << 8 | (start + i < key.Length ? key[start + i] : 0UL);
            return head;
        }
    }

    /// <summary>What makes the tree O(log n), for tests: no two sides of a node differ by more than one in height.</summary>
    internal bool IsBalanced
    {
        get
        {
            return Check(_root);

            static bool Check(Node? node) =>
                node is null ||
                (Math.Abs(HeightOf(node.Left) - HeightOf(node.Right)) <= 1 && Check(node.Left) && Check(node.Right));
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
