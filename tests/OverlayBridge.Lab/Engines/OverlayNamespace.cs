using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.Lab.Engines;

/// <summary>A neighbour entry of vxlan0: which MAC an address has.</summary>
public sealed record NeighbourEntry(IPAddress Address, PhysicalAddress Mac, string State);

/// <summary>A forwarding entry of vxlan0: behind which VTEP a MAC is. The VNI only where it is not the device's own.</summary>
public sealed record ForwardingEntry(PhysicalAddress Mac, IPAddress Vtep, uint? Vni, string State);

/// <summary>
/// The namespace in which the overlay driver keeps a network's bridge br0 and device vxlan0. It is there as long as a
/// container of the host is on the network, and a new one with every first container.
/// </summary>
public sealed class OverlayNamespace
{
    private readonly LabHost _host;
    private readonly string _networkId;

    internal OverlayNamespace(LabHost host, string networkId)
    {
        _host = host;
        _networkId = networkId;
    }

    /// <summary>Its path on the host, or null when it is not there.</summary>
    public async Task<string?> PathAsync(CancellationToken cancellationToken)
    {
        // The name is a counter, a dash, and the beginning of the network's id: twelve characters in all, so that a counter
        // of two digits leaves nine of the id. The file of a dead namespace stays for up to a minute; it is no mount any more.
        var result = await _host.ExecAsync(
            ["find", "/run/docker/netns", "-name", $"*-{_networkId[..8]}*", "-fstype", "nsfs"], cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0 && result.Output.Trim() is { Length: > 0 } path ? path : null;
    }

    /// <summary>Runs a command in it.</summary>
    /// <exception cref="LabException">The namespace is not there.</exception>
    public async Task<ExecResult> ExecAsync(CancellationToken cancellationToken, params IReadOnlyList<string> command)
    {
        var path = await PathAsync(cancellationToken).ConfigureAwait(false) ?? throw new LabException(
            $"{_host.Name} has no overlay namespace of network {_networkId}", "no container of the host is on the network",
            "attach one first");
        return await _host.ExecAsync(["nsenter", $"--net={path}", "--", .. command], cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<NeighbourEntry>> NeighboursAsync(CancellationToken cancellationToken)
    {
        var result = await ExecAsync(cancellationToken, "ip", "-json", "neighbour", "show", "dev", "vxlan0").ConfigureAwait(false);
        return Iproute.Neighbours(result.Success());
    }

    public async Task<IReadOnlyList<ForwardingEntry>> ForwardingAsync(CancellationToken cancellationToken)
    {
        var result = await ExecAsync(cancellationToken, "bridge", "-json", "fdb", "show", "dev", "vxlan0").ConfigureAwait(false);
        return Iproute.Forwarding(result.Success());
    }
}
