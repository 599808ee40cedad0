using System.Collections.Immutable;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.DataPlane.Namespaces;

/// <summary>
/// A network namespace, reached through a routing socket that was opened inside it. Keep it for one pass only: an open
/// socket keeps a namespace alive after its file is gone, and with it the VXLAN device whose VNI the engine needs again.
/// </summary>
public sealed class NetworkNamespace : INetworkNamespace
{
    private readonly RouteSocket socket;

    private NetworkNamespace(string path, string identity, RouteSocket socket)
    {
        Path = path;
        Identity = identity;
        this.socket = socket;
    }

    public string Path { get; }

    public string Identity { get; }

    /// <summary>Opens the namespace that <paramref name="path"/> names.</summary>
    /// <exception cref="NetlinkException">The file is gone, is not a namespace, or the right to enter it is missing.</exception>
    public static Task<NetworkNamespace> OpenAsync(string path) => NamespaceThread.RunAsync(path, () =>
        new NetworkNamespace(path, NamespaceThread.Identity(path), new RouteSocket()));

    public ImmutableArray<VxlanLink> VxlanLinks() =>
        [.. socket.Dump(Rtnetlink.RTM_GETLINK, family: 0, MessageReader.Link)];

    public LinkTables Tables(VxlanLink link) => new(
        [.. socket.Dump(Rtnetlink.RTM_GETNEIGH, Rtnetlink.AF_INET, message => MessageReader.Neighbour(message, link.Index))],
        [.. socket.Dump(Rtnetlink.RTM_GETNEIGH, Rtnetlink.AF_BRIDGE, message => MessageReader.Forwarding(message, link.Index))]);

    public ImmutableArray<EntryFailure> Apply(VxlanLink link, IReadOnlyList<EntryChange> changes) =>
        [.. socket.Apply(changes, link.Index)];

    public void Dispose() => socket.Dispose();
}
