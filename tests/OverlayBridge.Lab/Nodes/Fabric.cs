using System.Net;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.Lab.Nodes;

/// <summary>
/// The lab's switch: a bridge in a node of its own, with no way out. All labs use the same addresses, for none sees another.
/// </summary>
internal sealed class Fabric(LabFolder lab)
{
    public const string Gateway = "172.31.0.254";
    private const string Bridge = "br0";
    private const string ResolverName = "resolver";

    public LabNode Node { get; } = new(lab, "fabric", IPAddress.Parse(Gateway), fabric: null);

    /// <summary>The switch, and the name server that knows no name.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Node.BootAsync(cancellationToken).ConfigureAwait(false);
        await IpAsync(Node, ["link", "add", Bridge, "type", "bridge"], cancellationToken).ConfigureAwait(false);
        await IpAsync(Node, ["address", "add", $"{Gateway}/24", "dev", Bridge], cancellationToken).ConfigureAwait(false);
        await IpAsync(Node, ["link", "set", Bridge, "up"], cancellationToken).ConfigureAwait(false);
        var resolver = await Node.StartAsync(
            ResolverName, [Installation.LabCommand, "resolver", Gateway], cancellationToken).ConfigureAwait(false);
        await resolver.WaitForLogAsync(Resolver.Ready, TimeSpan.FromSeconds(30), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives a node that has just booted its cable, address and route.</summary>
    public async Task ConnectAsync(LabNode node, CancellationToken cancellationToken)
    {
        // Of a node that lost its power, the kernel may not yet have removed the old cable. Mostly there is none.
        await Node.ExecAsync(["ip", "link", "delete", Port(node)], cancellationToken).ConfigureAwait(false);
        // Not by a command on the fabric: the process id has to be the one that this machine knows the node by.
        var add = await Exec.RunAsync(
            [
                "nsenter", "--target", $"{Node.InitPid}", "--net", "--", "ip", "link", "add", Port(node), "type", "veth",
                "peer", "name", "eth0", "netns", $"{node.InitPid}",
            ],
            cancellationToken).ConfigureAwait(false);
        add.Success();
        await AttachAsync(node, cancellationToken).ConfigureAwait(false);
        await IpAsync(node, ["address", "add", $"{node.Address}/24", "dev", "eth0"], cancellationToken).ConfigureAwait(false);
        await IpAsync(node, ["link", "set", "eth0", "up"], cancellationToken).ConfigureAwait(false);
        await IpAsync(node, ["route", "add", "default", "via", Gateway], cancellationToken).ConfigureAwait(false);
    }

    public Task AttachAsync(LabNode node, CancellationToken cancellationToken) =>
        IpAsync(Node, ["link", "set", Port(node), "master", Bridge, "up"], cancellationToken);

    public Task DetachAsync(LabNode node, CancellationToken cancellationToken) =>
        IpAsync(Node, ["link", "set", Port(node), "nomaster"], cancellationToken);

    private static async Task IpAsync(LabNode node, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var result = await node.ExecAsync(["ip", .. arguments], cancellationToken).ConfigureAwait(false);
        result.Success();
    }

    private static string Port(LabNode node) => $"p-{node.Name}";
}
