using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text;
using OverlayBridge.DataPlane.Namespaces;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.Migration.Agent.Stitching;

/// <summary>The tables of one VXLAN device as the kernel keeps them: one neighbour an address, one FDB entry a MAC address.</summary>
internal sealed class ModelKernel(string identity = "net:[1]", uint vni = 256) : INetworkNamespace
{
    private readonly Lock gate = new();
    private readonly VxlanLink link = new(7, "vxlan0", vni, 1450);

    public Dictionary<IPAddress, KernelNeighbour> Neighbours { get; } = [];

    public Dictionary<PhysicalAddress, KernelForwarding> Forwardings { get; } = [];

    /// <summary>What the kernel refuses.</summary>
    public Func<EntryChange, bool> Refuses { get; set; } = static _ => false;

    /// <summary>Called before each change; may throw, as a process that is killed there.</summary>
    public Action Step { get; set; } = static () => { };

    public int Changes { get; private set; }

    public string Path => "/run/docker/netns/1-0eb37f9d8e";

    public string Identity => identity;

    public ImmutableArray<VxlanLink> VxlanLinks() => [link];

    /// <summary>How often all entries were made, not their fingerprint alone.</summary>
    public int WholeLooks { get; private set; }

    public LinkTables Tables(VxlanLink link)
    {
        WholeLooks++;
        return Tables();
    }

    public UInt128 Fingerprint(VxlanLink link) => Tables().Fingerprint;

    public LinkTables Tables()
    {
        lock (gate)
        {
            var flags = Neighbours.Values.Select(static n => $"{n} {n.IsPermanent} {n.IsMarked}").Concat(Forwardings.Values.Select(static f => $"{f} {f.IsPermanent} {f.IsMarked}"));
            return new LinkTables([.. Neighbours.Values], [.. Forwardings.Values])
            {
                Fingerprint = BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', flags)))),
            };
        }
    }

    /// <summary>Somebody else removes everything.</summary>
    public void Clear()
    {
        lock (gate)
        {
            Neighbours.Clear();
            Forwardings.Clear();
        }
    }

    public ImmutableArray<EntryFailure> Apply(VxlanLink link, IReadOnlyList<EntryChange> changes)
    {
        var failures = ImmutableArray.CreateBuilder<EntryFailure>();
        foreach (var change in changes)
        {
            Step();
            Changes++;
            if (Refuses(change))
                failures.Add(new EntryFailure(change, 28, "errno 28 (No space left on device)"));
            else if (IsTaken(change))
                failures.Add(new EntryFailure(change, 17, "errno 17 (File exists)"));
            else
                Apply(change);
        }
        return failures.ToImmutable();
    }

    public void Dispose()
    {
    }

    /// <summary>An engine sets an entry, whatever stands there.</summary>
    public void SetByEngine(KernelNeighbour neighbour, KernelForwarding forwarding)
    {
        Apply(new EntryChange.SetNeighbour(neighbour));
        Apply(new EntryChange.SetForwarding(forwarding));
    }

    private bool IsTaken(EntryChange change) => change switch
    {
        EntryChange.AddNeighbour(var entry) => Neighbours.ContainsKey(entry.Address),
        EntryChange.AddForwarding(var entry) => Forwardings.ContainsKey(entry.MacAddress),
        _ => false,
    };

    private void Apply(EntryChange change)
    {
        lock (gate)
            Make(change);
    }

    private void Make(EntryChange change)
    {
        switch (change)
        {
            case EntryChange.SetNeighbour(var entry):
                Neighbours[entry.Address] = entry with { IsMarked = false };
                break;
            case EntryChange.AddNeighbour(var entry):
                Neighbours.Add(entry.Address, entry with { IsMarked = true });
                break;
            case EntryChange.UnmarkNeighbour(var entry):
                if (Neighbours.TryGetValue(entry.Address, out var neighbour))
                    Neighbours[entry.Address] = neighbour with { IsMarked = false };
                break;
            case EntryChange.RemoveNeighbour(var entry):
                Neighbours.Remove(entry.Address);
                break;
            case EntryChange.SetForwarding(var entry):
                Forwardings[entry.MacAddress] = entry with { IsMarked = false };
                break;
            case EntryChange.AddForwarding(var entry):
                Forwardings.Add(entry.MacAddress, entry with { IsMarked = true });
                break;
            case EntryChange.UnmarkForwarding(var entry):
                if (Forwardings.TryGetValue(entry.MacAddress, out var forwarding))
                    Forwardings[entry.MacAddress] = forwarding with { IsMarked = false };
                break;
            case EntryChange.RemoveForwarding(var entry):
                if (Forwardings.GetValueOrDefault(entry.MacAddress) is { } there && there.Vtep.Equals(entry.Vtep) && there.Vni == entry.Vni)
                    Forwardings.Remove(entry.MacAddress);
                break;
        }
    }
}

/// <summary>The namespaces of a host that has at most one.</summary>
internal sealed class ModelNamespaces : INamespaces, IDisposable
{
    private volatile ModelKernel? kernel = new();

    public ModelKernel? Kernel
    {
        get => kernel;
        set => kernel = value;
    }

    /// <summary>The network whose namespace it is; null: of whichever is asked for.</summary>
    public string? Network { get; init; }

    public Task<INetworkNamespace?> OpenAsync(string networkId) =>
        Task.FromResult<INetworkNamespace?>(Network is null || Network == networkId ? kernel : null);

    public void Dispose() => kernel?.Dispose();
}
