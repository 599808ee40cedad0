using System.Net;

namespace OverlayBridge.Overlay.Stitch;

/// <summary>A subnet that exists on both sides.</summary>
/// <param name="Subnet">Addresses outside of it are none of the stitch's business.</param>
public sealed record StitchNetwork(IPNetwork Subnet, uint LegacyVni, uint SwarmVni)
{
    internal uint VniOf(StitchSide side) => side == StitchSide.Legacy ? LegacyVni : SwarmVni;
}
