using System.Collections.Immutable;
using OverlayBridge.DataPlane.Namespaces;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>VXLAN devices of a namespace that is none.</summary>
internal sealed class FakeDevices : IVxlanDevices
{
    public ImmutableArray<VxlanLink> Devices { get; private set; } = [];

    public void Add(params ImmutableArray<VxlanLink> devices) => Devices = Devices.AddRange(devices);

    public Task<ImmutableArray<VxlanLink>> ListAsync() => Task.FromResult(Devices);

    public Task DeleteAsync(VxlanLink device)
    {
        Devices = Devices.Remove(device);
        return Task.CompletedTask;
    }
}
