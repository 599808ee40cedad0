using System.Net;
using System.Net.NetworkInformation;

namespace OverlayBridge.Overlay.Stitch;

/// <summary>
/// What a namespace must know of an endpoint of the other side: a permanent neighbour entry (address → MAC, dev vxlan0) and a
/// permanent self FDB entry (MAC → VTEP).
/// </summary>
/// <param name="Vni">The VNI to send with, where it is not that of the device; null where it is.</param>
public sealed record StitchEntry(IPAddress Address, PhysicalAddress Mac, IPAddress Vtep, uint? Vni);
