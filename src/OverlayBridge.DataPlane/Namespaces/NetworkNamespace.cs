using System.Collections.Immutable;
using System.Runtime.InteropServices;
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

    /// <summary>
    /// Opens the namespace that <paramref name="path"/> names. A thread of its own enters it and ends there, so that no
    /// thread of the pool is ever left in a foreign namespace.
    /// </summary>
    /// <exception cref="NetlinkException">The file is gone, is not a namespace, or the right to enter it is missing.</exception>
    public static Task<NetworkNamespace> OpenAsync(string path)
    {
        var opened = new TaskCompletionSource<NetworkNamespace>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                opened.SetResult(Enter(path));
            }
            catch (Exception e) when (e is NetlinkException or IOException or UnauthorizedAccessException)
            {
                opened.SetException(e as NetlinkException ?? new NetlinkException($"cannot enter the network namespace {path}: {e.Message}"));
            }
        })
        { IsBackground = true, Name = "enter " + path };
        thread.Start();
        return opened.Task;
    }

    public ImmutableArray<VxlanLink> VxlanLinks() =>
        [.. socket.Dump(Rtnetlink.RTM_GETLINK, family: 0, MessageReader.Link)];

    public LinkTables Tables(VxlanLink link) => new(
        [.. socket.Dump(Rtnetlink.RTM_GETNEIGH, Rtnetlink.AF_INET, message => MessageReader.Neighbour(message, link.Index))],
        [.. socket.Dump(Rtnetlink.RTM_GETNEIGH, Rtnetlink.AF_BRIDGE, message => MessageReader.Forwarding(message, link.Index))]);

    public ImmutableArray<EntryFailure> Apply(VxlanLink link, IReadOnlyList<EntryChange> changes) =>
        [.. socket.Apply(changes, link.Index)];

    public void Dispose() => socket.Dispose();

    private static NetworkNamespace Enter(string path)
    {
        using var file = LibC.Open(path, LibC.OpenReadOnly | LibC.OpenCloseOnExec);
        if (file.IsInvalid)
            throw new NetlinkException($"cannot open the network namespace {path}", Marshal.GetLastPInvokeError());
        if (LibC.SetNamespace(file, LibC.CloneNewNet) != 0)
            throw new NetlinkException($"cannot enter the network namespace {path}", Marshal.GetLastPInvokeError());
        var identity = File.ResolveLinkTarget("/proc/thread-self/ns/net", returnFinalTarget: false)?.Name
            ?? throw new NetlinkException($"cannot tell which namespace {path} is: /proc/thread-self/ns/net is no link");
        return new NetworkNamespace(path, identity, new RouteSocket());
    }
}
