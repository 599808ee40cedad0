namespace OverlayBridge.Legacy.Records.Networks;

/// <summary>A subnet of an overlay network.</summary>
/// <param name="Subnet">CIDR, as written.</param>
/// <param name="Gateway">Address with the subnet's prefix length, as written.</param>
/// <param name="Vni">0 until the first container joins on this subnet.</param>
public sealed record OverlaySubnet(string Subnet, string Gateway, uint Vni);
