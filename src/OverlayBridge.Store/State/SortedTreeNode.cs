using System.Buffers.Binary;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Store.State;

public sealed partial class SortedTree<T>
{
    /// <summary>
    /// A leaf with items, or a node with others below it. A search compares eight bytes of each key, which stand in the node beside each other; the keys themselves
    /// are elsewhere in memory, and looked at only where these are the same.
    /// </summary>
    private sealed class Node
    {
        /// <summary>Items of a leaf, or nodes below another, at most.</summary>
        public const int Most = 32;

        /// <summary>And at least, but for the root. Less than half, so that one that was cut is not soon put together again.</summary>
        public const int Least = Most / 4;

        private const int HeadLength = sizeof(ulong);

        /// <summary>Of each key the bytes behind those that all share, as a number that is in order as they are.</summary>
        private readonly ulong[] _heads;

        /// <summary>So many bytes all keys of this node begin with.</summary>
        private readonly int _shared;

        private Node(T[]? items, Node[]? children, StoreKey[] keys, ulong maxIndex)
        {
            (Items, Children, Keys, MaxIndex) = (items, children, keys, maxIndex);
            _shared = keys.Length == 0 ? 0 : keys[0].Span.CommonPrefixLength(keys[^1].Span);
            _heads = new ulong[keys.Length];
            for (var i = 0; i < keys.Length; i++)
                _heads[i] = HeadOf(keys[i].Span, _shared);
        }

        /// <summary>With the same keys as another.</summary>
        private Node(Node like, T[]? items, Node[]? children, ulong maxIndex) =>
            (Items, Children, Keys, _heads, _shared, MaxIndex) = (items, children, like.Keys, like._heads, like._shared, maxIndex);

        /// <summary>Null where there are nodes below.</summary>
        public T[]? Items { get; }

        /// <summary>Null for a leaf.</summary>
        public Node[]? Children { get; }

        /// <summary>Of a leaf those of its items; else for each node below but the first the key from which on keys are in it.</summary>
        public StoreKey[] Keys { get; }

        public ulong MaxIndex { get; }

        public int Width => Items?.Length ?? Children!.Length;

        public static Node Leaf(T[] items) => new(items, null, Array.ConvertAll(items, static item => item.Key), HighestOf(items));

        public static Node Inner(Node[] children, StoreKey[] keys) => new(null, children, keys, HighestOf(children));

        /// <summary>With another item of the same key.</summary>
        public Node With(int at, T item)
        {
            var items = (T[])Items!.Clone();
            items[at] = item;
            var index = item.Index;
            return new(this, items, null, index >= MaxIndex ? index : Items[at].Index < MaxIndex ? MaxIndex : HighestOf(items));
        }

        /// <summary>With another node below, for the same range of keys.</summary>
        public Node With(int at, Node child)
        {
            var children = (Node[])Children!.Clone();
            children[at] = child;
            var index = child.MaxIndex;
            return new(this, null, children, index >= MaxIndex ? index : Children[at].MaxIndex < MaxIndex ? MaxIndex : HighestOf(children));
        }

        /// <summary>With one or two nodes in the place of <paramref name="replaced"/>; two nodes where this one becomes too wide.</summary>
        public (Node Node, Part? More) WithTwo(int at, int replaced, Node one, Part? more)
        {
            var children = Children.AsSpan();
            var keys = Keys.AsSpan();
            return more is { } second
                ? Cut([.. children[..at], one, second.Node, .. children[(at + replaced)..]], [.. keys[..at], second.From, .. keys[(at + replaced - 1)..]])
                : Cut([.. children[..at], one, .. children[(at + replaced)..]], [.. keys[..at], .. keys[(at + replaced - 1)..]]);
        }

        /// <summary>The node below that has the key, if any has.</summary>
        public int ChildFor(ReadOnlySpan<byte> key) => Position(key, out var found) + (found ? 1 : 0);

        /// <summary>How many of the keys come before <paramref name="key"/>.</summary>
        /// <param name="found">The next one is the same.</param>
        public int Position(ReadOnlySpan<byte> key, out bool found)
        {
            found = false;
            if (Keys.Length == 0)
                return 0;
            var first = Keys[0].Span;
            if (key.Length < _shared || !key[.._shared].SequenceEqual(first[.._shared]))
                return key.SequenceCompareTo(first) < 0 ? 0 : Keys.Length;
            var head = HeadOf(key, _shared);
            for (var at = FirstNotBelow(head); ; at++)
            {
                if (at == Keys.Length || _heads[at] != head)
                    return at;
                var order = key.SequenceCompareTo(Keys[at].Span);
                if (order > 0)
                    continue;
                found = order == 0;
                return at;
            }
        }

        /// <summary>The leaf's item of that key. What all keys share need not be compared first: one that is the same shares it.</summary>
        public T? FindItem(ReadOnlySpan<byte> key)
        {
            if (key.Length < _shared)
                return null;
            var head = HeadOf(key, _shared);
            for (var at = FirstNotBelow(head); at < Keys.Length && _heads[at] == head; at++)
                if (key.SequenceEqual(Keys[at].Span))
                    return Items![at];
            return null;
        }

        private int FirstNotBelow(ulong head)
        {
            var (from, to) = (0, _heads.Length);
            while (from < to)
            {
                var middle = (from + to) >>> 1;
                if (_heads[middle] < head)
                    from = middle + 1;
                else
                    to = middle;
            }
            return from;
        }

        private static ulong HighestOf(T[] items)
        {
            var max = 0UL;
            foreach (var item in items)
                max = Math.Max(max, item.Index);
            return max;
        }

        private static ulong HighestOf(Node[] children)
        {
            var max = 0UL;
            foreach (var child in children)
                max = Math.Max(max, child.MaxIndex);
            return max;
        }

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
}
