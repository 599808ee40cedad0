using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Records.Networks;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Audit.Subjects;

/// <summary>A VNI that a subnet of an O has.</summary>
internal readonly record struct VniUse(uint Vni, NetworkRecords Network, OverlaySubnet Subnet)
{
    public string Label => $"{Network.Label}, subnet {Subnet.Subnet}";
}

/// <summary>The VNIs that overlay records have, and V.</summary>
internal sealed class VniIndex
{
    /// <summary>The id of V.</summary>
    public const string Id = "vxlan-id";

    public VniIndex(DecodedStore store, IReadOnlyCollection<NetworkRecords> networks)
    {
        Bits = BitmapCheck.Sound(store.VxlanIds, Id, BitmapCheck.VniLengths);
        Uses =
        [
            .. from network in networks
               from subnet in network.Overlay?.Value?.Subnets ?? []
               where subnet.Vni != 0
               orderby subnet.Vni
               select new VniUse(subnet.Vni, network, subnet),
        ];
    }

    /// <summary>V's bits, when they can be believed (rule 6).</summary>
    public BitSequence? Bits { get; }

    /// <summary>By VNI; those of 0, not assigned yet, left out.</summary>
    public IReadOnlyList<VniUse> Uses { get; }

    /// <summary>The bit of a VNI; null below 256, where V has none, and beyond V's end.</summary>
    public bool? IsMarked(uint vni) =>
        Bits is null || vni < VniViews.First || vni - VniViews.First >= Bits.Length ? null : Bits.IsSet(vni - VniViews.First);
}
