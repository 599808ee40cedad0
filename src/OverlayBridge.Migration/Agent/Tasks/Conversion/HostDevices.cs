using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OverlayBridge.DataPlane.Namespaces;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>VXLAN devices that an engine of this host left in the host's own network namespace when it was killed.</summary>
internal sealed class HostDevices(IVxlanDevices devices, ConversionGoal goal, ILogger log)
{
    /// <summary>Those of the plan's networks; none where the kernel does not tell.</summary>
    public async Task<ImmutableArray<VxlanLink>> StraysAsync()
    {
        try
        {
            return EngineDevices.Of(await devices.ListAsync(), goal);
        }
        catch (NetlinkException e)
        {
            log.LogWarning("The VXLAN devices in the host's own network namespace are not known: {Reason}", e.Message);
            return [];
        }
    }

    /// <exception cref="StepException">The kernel refuses.</exception>
    public async Task RemoveAsync(ImmutableArray<VxlanLink> strays)
    {
        foreach (var device in strays)
            try
            {
                await devices.DeleteAsync(device);
            }
            catch (NetlinkException e)
            {
                throw new StepException(
                    $"The VXLAN device {device.Name}, which a killed engine left, cannot be deleted: {e.Message}",
                    $"Delete it while the engine is stopped (ip link delete {device.Name}), and repeat the step.", e);
            }
    }
}
