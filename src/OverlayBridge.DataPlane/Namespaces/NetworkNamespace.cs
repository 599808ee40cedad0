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

    public LinkTables Tables(VxlanLink link) => Read(link, makesEntries: true);

    public UInt128 Fingerprint(VxlanLink link) => Read(link, makesEntries: false).Fingerprint;

    public ImmutableArray<EntryFailure> Apply(VxlanLink link, IReadOnlyList<EntryChange> changes) =>
        [.. socket.Apply(changes, link.Index)];

    public void Dispose() => socket.Dispose();

    /// <param name="makesEntries">Else nothing is made but the fingerprint.</param>
    private LinkTables Read(VxlanLink link, bool makesEntries)
    {
        var fingerprint = new TablesFingerprint();
        var neighbours = socket.Dump(Rtnetlink.RTM_GETNEIGH, Rtnetlink.AF_INET, message =>
        {
            if (!EntryFields.TryReadNeighbour(message, link.Index, out var fields))
                return null;
            fingerprint.Add(fields);
            return makesEntries ? MessageReader.Neighbour(fields) : null;
        });
        fingerprint.Divide();
        var forwardings = socket.Dump(Rtnetlink.RTM_GETNEIGH, Rtnetlink.AF_BRIDGE, message =>
        {
            if (!EntryFields.TryReadForwarding(message, link.Index, out var fields))
                return null;
            fingerprint.Add(fields);
            return makesEntries ? MessageReader.Forwarding(fields) : null;
        });
        return new LinkTables([.. neighbours], [.. forwardings]) { Fingerprint = fingerprint.Value };
    }
}
