using System.Net;
using System.Net.NetworkInformation;

namespace OverlayBridge.Overlay.Stitch;

/// <summary>A container's address on one of the sides.</summary>
/// <param name="Host">Name of its host.</param>
/// <param name="Side">The network it is attached to; a host in the middle of its conversion may have containers on both.</param>
public sealed record StitchEndpoint(string Host, StitchSide Side, IPAddress Address, PhysicalAddress Mac);
