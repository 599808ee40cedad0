using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.DataPlane.Redirect;

namespace OverlayBridge.DataPlane.Namespaces;

/// <summary>On the real kernel, compared with what iproute2 shows.</summary>
public sealed class VxlanDevicesTests : IDisposable
{
    private readonly KernelNamespace kernel = new();

    public void Dispose() => kernel.Dispose();

    [Fact]
    public async Task A_device_is_deleted_and_every_other_stays_and_its_VNI_is_free_again()
    {
        kernel.AddVxlan("vx-000101-be74b", 257, 1450);
        var devices = new VxlanDevices(new HostNetwork(kernel.Path));
        var listed = await devices.ListAsync();
        Assert.Equal([("vx-000101-be74b", 257u), ("vxlan0", 256u)], listed.Select(static link => (link.Name, link.Vni)).Order());
        var others = kernel.Links();
        Assert.Contains("exists", Assert.Throws<InvalidOperationException>(() => kernel.AddVxlan("vxlan1", 257, 1450)).Message, StringComparison.Ordinal);

        await devices.DeleteAsync(listed.Single(static link => link.Vni == 257));

        Assert.Equal(others.Except(["vx-000101-be74b"]), kernel.Links());
        kernel.AddVxlan("vxlan1", 257, 1450);
    }

    [Fact]
    public async Task One_that_is_gone_is_no_failure_and_what_the_kernel_refuses_is()
    {
        var devices = new VxlanDevices(new HostNetwork(kernel.Path));
        var device = (await devices.ListAsync()).Single();
        await devices.DeleteAsync(device);

        await devices.DeleteAsync(device);

        Assert.DoesNotContain("vxlan0", kernel.Links());
        var refused = await Assert.ThrowsAsync<NetlinkException>(() => devices.DeleteAsync(device with { Index = 1 })); // lo
        Assert.Contains("cannot delete the network device of index 1", refused.Message, StringComparison.Ordinal);
    }
}
