using System.Collections.Immutable;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>
/// Which VXLAN devices an engine made for a network. Pure. It makes them in the host's own namespace, under a name that says for what, and moves them into the network's namespace, where they have
/// another name; one that is killed in between leaves them where they are.
/// </summary>
internal static class EngineDevices
{
    private const int IdLength = 5;

    /// <summary>Those of a plan's networks, on either side, among a namespace's devices.</summary>
    public static ImmutableArray<VxlanLink> Of(IEnumerable<VxlanLink> links, ConversionGoal goal)
    {
        string[] ids = [.. goal.Networks.SelectMany(static network => new[] { network.LegacyId, network.SwarmId })];
        return [.. links.Where(link => ids.Any(id => id.Length > IdLength && link.Name == NameOf(link.Vni, id))).OrderBy(static link => link.Name, StringComparer.Ordinal)];
    }

    /// <summary>libnetwork: <c>vx-%06x-%v</c>, the VNI and the network's id.</summary>
    private static string NameOf(uint vni, string networkId) => $"vx-{vni:x6}-{networkId[..IdLength]}";
}
