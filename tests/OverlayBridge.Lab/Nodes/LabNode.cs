using System.Net;
using System.Net.Sockets;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.Lab.Nodes;

/// <summary>A machine of the lab: namespaces of its own, one address on the lab's network, the machine's disk.</summary>
public class LabNode
{
    private readonly Fabric? _fabric;
    private readonly MarkedProcess _init;

    internal LabNode(LabFolder lab, string name, IPAddress address, Fabric? fabric)
    {
        Lab = lab;
        Name = name;
        Address = address;
        _fabric = fabric;
        _init = NodeBoot.Init(this);
    }

    public string Name { get; }

    /// <summary>Its address on the lab's network 172.31.0.0/24; for an engine's host also its VTEP.</summary>
    public IPAddress Address { get; }

    /// <summary>Its files: logs, engine data, sockets. The same path on the node and on this machine.</summary>
    public string Folder => Lab.NodePath(Name);

    internal LabFolder Lab { get; }

    /// <summary>Process id, on this machine, of its process 1.</summary>
    /// <exception cref="LabException">The node is not up.</exception>
    internal int InitPid => _init.Pid ?? throw new LabException(
        $"{Name} is not up", "nothing runs in its namespaces", "bring the lab up, or power the host on");

    internal bool IsUp => _init.Pid is not null;

    /// <summary>What commands on this node find in their environment, on top of this process's own.</summary>
    internal virtual IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>();

    internal IReadOnlyList<string> EnterCommand =>
        ["nsenter", "--target", $"{InitPid}", "--mount", "--uts", "--ipc", "--net", "--pid", "--"];

    /// <summary>Runs a command on the node to its end; the working folder is the root folder.</summary>
    public Task<ExecResult> ExecAsync(
        IReadOnlyList<string> command, CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? environment = null, string? input = null) =>
        Exec.RunAsync([.. EnterCommand, .. command], cancellationToken, EnvironmentWith(environment), input);

    /// <summary>Runs a command on the node on this process's own terminal; gives the exit code.</summary>
    public Task<int> ExecAttachedAsync(IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        Exec.RunAttachedAsync([.. EnterCommand, .. command], Environment, cancellationToken);

    /// <summary>Starts a program that goes on running. The name gives its log file, and must be free on this node.</summary>
    public Task<NodeProcess> StartAsync(
        string name, IReadOnlyList<string> command, CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? environment = null) =>
        NodeProcess.StartAsync(this, name, command, environment, cancellationToken);

    /// <summary>
    /// An HTTP handler whose connections are made from this node, so that this process, which has no address on the lab's
    /// network, can speak to anything that the node can speak to.
    /// </summary>
    public SocketsHttpHandler CreateHttpHandler() => new()
    {
        UseProxy = false,
        ConnectCallback = async (context, cancellationToken) => await ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false),
    };

    /// <summary>A TCP connection made from this node.</summary>
    public async Task<NetworkStream> ConnectAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        var address = IPAddress.Parse(endPoint.Host); // the lab's network has no names
        var socket = await OpenSocketAsync(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp).ConfigureAwait(false);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(address, endPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A socket that belongs to this node's network, whichever thread uses it afterwards.</summary>
    public Task<Socket> OpenSocketAsync(AddressFamily family, SocketType type, ProtocolType protocol) =>
        NetworkNamespace.RunAsync($"/proc/{InitPid}/ns/net", () => new Socket(family, type, protocol));

    /// <summary>Gives it one more address on the lab's network, and tells the others that the address is here now.</summary>
    public async Task AddAddressAsync(IPAddress address, CancellationToken cancellationToken)
    {
        (await ExecAsync(["ip", "address", "add", $"{address}/32", "dev", "eth0"], cancellationToken).ConfigureAwait(false)).Success();
        // It waits for answers, which do not come, and ends with 1.
        await ExecAsync(["busybox", "arping", "-U", "-c", "1", "-w", "1", "-I", "eth0", $"{address}"], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Undoes <see cref="AddAddressAsync"/>.</summary>
    public async Task RemoveAddressAsync(IPAddress address, CancellationToken cancellationToken) =>
        (await ExecAsync(["ip", "address", "del", $"{address}/32", "dev", "eth0"], cancellationToken).ConfigureAwait(false)).Success();

    /// <summary>Cuts the node off from all others, as a pulled cable at the switch does: what it sends is lost silently.</summary>
    public Task PartitionAsync(CancellationToken cancellationToken) => RequireFabric().DetachAsync(this, cancellationToken);

    /// <summary>Undoes <see cref="PartitionAsync"/>.</summary>
    public Task HealAsync(CancellationToken cancellationToken) => RequireFabric().AttachAsync(this, cancellationToken);

    internal async Task BootAsync(CancellationToken cancellationToken)
    {
        await NodeBoot.StartAsync(this, Fabric.Gateway, cancellationToken).ConfigureAwait(false);
        if (_fabric is not null)
            await _fabric.ConnectAsync(this, cancellationToken).ConfigureAwait(false);
    }

    internal Dictionary<string, string> EnvironmentWith(IReadOnlyDictionary<string, string>? more)
    {
        var all = new Dictionary<string, string>(Environment);
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
            all[name] = value;
        return all;
    }

    private Fabric RequireFabric() => _fabric ?? throw new InvalidOperationException($"{Name} is the fabric itself");
}
