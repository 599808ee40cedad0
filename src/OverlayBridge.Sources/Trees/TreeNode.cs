using System.Collections.Immutable;

namespace OverlayBridge.Sources.Trees;

/// <summary>One node of a store that is a tree of paths (etcd v2, ZooKeeper), not a flat list of keys (Consul).</summary>
/// <param name="Path">With a leading slash, without a trailing one; empty for the root.</param>
/// <param name="Value">Null for what can only be a folder: a directory of etcd.</param>
/// <param name="HasChildren">Whether nodes stand below it.</param>
/// <param name="Created">Store index at which it was made.</param>
/// <param name="Modified">Store index of its last change.</param>
internal sealed record TreeNode(string Path, ImmutableArray<byte>? Value, bool HasChildren, ulong Created, ulong Modified)
{
    /// <summary>What ends the node when its owner is gone, or null for a node that stays.</summary>
    public Lease? Lease { get; init; }
}
