using System.Net;

namespace OverlayBridge.Overlay.Stitch;

/// <summary>A host.</summary>
/// <param name="Vtep">The address other hosts reach its VXLAN port at.</param>
public sealed record StitchHost(string Name, IPAddress Vtep);
