using OverlayBridge.Legacy.Keys;

namespace OverlayBridge.Sources.Trees;

/// <summary>
/// Names of nodes in Consul's form and back (<see cref="StoreKeyForm"/>): a tree has lost the slash that record keys end in,
/// and has folders where Consul has nothing, or an empty marker.
/// </summary>
internal static class TreeKeys
{
    private const string Networks = "docker/network/v1.0/network";
    private const string Counts = "docker/network/v1.0/endpoint_count";
    private const string Nodes = "docker/nodes";

    /// <summary>The node's key in Consul's form; null for a folder that Consul would not show.</summary>
    public static string? KeyOf(TreeNode node)
    {
        var key = LegacyKey.Parse(node.Path);
        if (node.Value is { IsEmpty: false })
            return key.Format();
        return key switch
        {
            EndpointFolderKey => key.Format(),
            FolderKey { Folder: var folder } => folder is Networks or Counts or Nodes ? key.Format() : null,
            _ when node.HasChildren => null,
            ForeignKey { Key: "" or "docker" or "docker/network" } => null,
            ForeignKey when node.Value is null => key.Format() + "/",
            _ => key.Format(),
        };
    }

    /// <summary>The path of a key: the slash at its end is lost.</summary>
    /// <exception cref="SourceException">No tree can hold such a key: a step of it is empty, <c>.</c> or <c>..</c>.</exception>
    public static string PathOf(string key)
    {
        var path = key.TrimEnd('/');
        if (path.Length == 0 || path.Split('/').Any(static step => step is "" or "." or ".."))
            throw new SourceException(
                $"'{key}' cannot be a key of etcd or ZooKeeper.", "A step of its path is empty, '.' or '..'.", "Only Consul can hold such a key.");
        return "/" + path;
    }

    /// <summary>The deepest folder that holds every key with a prefix: <c>/docker</c> for <c>docker/</c> and for <c>docker/netw</c>; empty for the root.</summary>
    public static string FolderOf(string prefix)
    {
        var end = prefix.LastIndexOf('/');
        return end <= 0 ? "" : PathOf(prefix[..end]);
    }
}
