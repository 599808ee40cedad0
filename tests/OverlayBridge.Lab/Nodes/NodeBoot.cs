using OverlayBridge.Lab.Processes;

namespace OverlayBridge.Lab.Nodes;

/// <summary>
/// The namespaces that make a node: network, mount, host name, IPC and process ids, held by an init. With the namespace of
/// process ids the kernel itself guarantees that nothing outlives the init: engine, containerd, shims and containers end
/// with it, and with them the mounts and network devices.
/// </summary>
internal static class NodeBoot
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // Runs as process 1 of the node. $1 host name, $2 the node's folder, $3 name server, $4 init.
    // - An engine needs a host name of its own: serf gossip of two engines with the same name breaks the overlay.
    // - /run of its own: engines, containerd and runc keep sockets, locks and network namespaces there.
    // - A fresh sysfs shows this namespace's devices; the machine's cgroup tree is bound back under it.
    // - /etc and /opt as the machine's, but with changes of its own: engines write keys and plugin folders there.
    // - Engines look image names up before they use a local image, so the name server has to answer at once.
    private const string Script =
        """
        set -e
        hostname "$1"
        mount -t tmpfs -o mode=755 tmpfs /run
        mkdir /run/lock /run/cgroup
        mount --rbind /sys/fs/cgroup /run/cgroup
        mount -t sysfs sysfs /sys
        mount --rbind /run/cgroup /sys/fs/cgroup
        umount -l /run/cgroup
        rmdir /run/cgroup
        for folder in etc opt; do
          mkdir -p "$2/$folder" "$2/$folder.work"
          mount -t overlay -o "lowerdir=/$folder,upperdir=$2/$folder,workdir=$2/$folder.work" overlay "/$folder"
        done
        rm -f /etc/resolv.conf
        echo "nameserver $3" >/etc/resolv.conf
        ip link set lo up
        echo ready >&9
        exec "$4" -- sleep infinity
        """;

    /// <summary>Starts the node's init and waits until the node is set up.</summary>
    public static async Task StartAsync(LabNode node, string nameServer, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(node.Folder);
        File.Delete(Marker(node));
        using var launcher = NodeProcess.Launch(
            Marker(node), LogPath(node),
            [
                "unshare", "--fork", "--kill-child", "--mount-proc", "--mount", "--uts", "--ipc", "--net", "--pid", "--",
                "sh", "-c", Script, "sh", node.Name, node.Folder, nameServer, Installation.InitPath,
            ],
            environment: null);
        await Wait.UntilAsync(
            () => launcher.HasExited || (File.Exists(Marker(node)) && new FileInfo(Marker(node)).Length > 0), Limit,
            $"boot of {node.Name}", cancellationToken).ConfigureAwait(false);
        if (!node.IsUp)
        {
            throw new LabException(
                $"node {node.Name} did not boot", await File.ReadAllTextAsync(LogPath(node), cancellationToken).ConfigureAwait(false),
                "the lab needs root and a kernel with namespaces, overlayfs, veth, bridge and vxlan");
        }
    }

    /// <summary>The init of a node, by whichever process it was started.</summary>
    public static MarkedProcess Init(LabNode node) => new(Marker(node), () => 1);

    /// <summary>Ends everything that runs on a node, or on all nodes below a lab's folder, and waits until it is gone.</summary>
    public static async Task EndAsync(string folder, CancellationToken cancellationToken)
    {
        var killed = new HashSet<int>();
        await Wait.UntilAsync(() => EndStep(folder, killed), Limit, $"end of all processes of {folder}", cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Inside first: the launchers outside then end by themselves, having reaped what they launched, unless they have not
    /// launched anything yet. An init closes its files first and only then waits for all that ran below it: it is over when
    /// it no longer exists, not when it no longer holds its marker.
    /// </summary>
    private static bool EndStep(string folder, HashSet<int> killed)
    {
        var holders = ProcFs.HoldersOf(folder);
        var inside = holders.Where(ProcFs.IsNested).ToList();
        var rest = inside.Count > 0 || killed.Any(ProcFs.Exists) ? inside : holders;
        foreach (var pid in rest.Where(killed.Add))
            Native.Signal(pid, Native.SigKill);
        return holders.Count == 0 && !killed.Any(ProcFs.Exists);
    }

    private static string Marker(LabNode node) => $"{node.Folder}/init.marker";

    private static string LogPath(LabNode node) => $"{node.Folder}/init.log";
}
