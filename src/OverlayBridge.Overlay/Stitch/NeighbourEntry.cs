using System.Net;
using System.Net.NetworkInformation;

namespace OverlayBridge.Overlay.Stitch;

/// <summary>A permanent neighbour entry of vxlan0. A namespace has one for an address.</summary>
public sealed record NeighbourEntry(IPAddress Address, PhysicalAddress Mac);
