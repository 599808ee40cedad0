using System.Net;
using System.Net.NetworkInformation;

namespace OverlayBridge.Overlay.Stitch;

/// <summary>A permanent self FDB entry of vxlan0. A namespace has one for a MAC address.</summary>
/// <param name="Vni">Null for the device's own.</param>
public sealed record ForwardingEntry(PhysicalAddress Mac, IPAddress Vtep, uint? Vni);
