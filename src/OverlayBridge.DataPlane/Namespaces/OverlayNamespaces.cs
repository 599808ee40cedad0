using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.DataPlane.Namespaces;

/// <summary>
/// The folder in which an engine keeps the files of its network namespaces, <c>/run/docker/netns</c>. An overlay
/// network's is named <c>N-ID</c>: a counter that grows with each new namespace of the engine's life, and the beginning
/// of the network's id, twelve characters in all.
/// </summary>
public sealed class OverlayNamespaces(string folder) : INamespaces
{
    private const int NameLength = 12;

    public string Folder => folder;

    /// <inheritdoc/>
    public async Task<INetworkNamespace?> OpenAsync(string networkId)
    {
        foreach (var name in Candidates(Names(), networkId))
            try
            {
                return await NetworkNamespace.OpenAsync(Path.Combine(folder, name));
            }
            catch (NetlinkException e) when (e.Errno is Errno.InvalidArgument or Errno.NoEntry)
            {
                // A file that is gone, or not (or no longer) a namespace: engines leave the file of a dead one for up to
                // a minute, and make the file of a new one a moment before it becomes a namespace.
            }
        return null;
    }

    /// <summary>The names that may be the network's, the newest namespace first.</summary>
    internal static ImmutableArray<string> Candidates(IEnumerable<string> names, string networkId) =>
    [
        .. names.Select(name => (Name: name, Counter: Counter(name, networkId))).Where(static n => n.Counter is not null)
            .OrderByDescending(static n => n.Counter).Select(static n => n.Name),
    ];

    private static ulong? Counter(string name, string networkId)
    {
        var hyphen = name.IndexOf('-', StringComparison.Ordinal);
        return hyphen > 0 && name.Length == NameLength &&
            networkId.StartsWith(name[(hyphen + 1)..], StringComparison.Ordinal) &&
            ulong.TryParse(name.AsSpan(0, hyphen), NumberStyles.None, CultureInfo.InvariantCulture, out var counter)
            ? counter
            : null;
    }

    private string[] Names()
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Select(static path => Path.GetFileName(path))];
        }
        catch (DirectoryNotFoundException)
        {
            // The engine has made no namespace since the host started.
            return [];
        }
        catch (UnauthorizedAccessException e)
        {
            throw new NetlinkException($"cannot list {folder}: {e.Message}");
        }
    }
}
