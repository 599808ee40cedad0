using System.Collections.Immutable;
using OverlayBridge.DataPlane.Namespaces;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>VXLAN devices of a namespace that is none.</summary>
internal sealed class FakeDevices(params ImmutableArray<VxlanLink> devices) : IVxlanDevices
{
    public ImmutableArray<VxlanLink> Devices { get; private set; } = devices;

    public Task<ImmutableArray<VxlanLink>> ListAsync() => Task.FromResult(Devices);

    public Task DeleteAsync(VxlanLink device)
    {
        Devices = Devices.Remove(device);
        return Task.CompletedTask;
    }
}
