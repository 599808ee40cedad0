namespace OverlayBridge.DataPlane.Netlink;

/// <summary>
/// The mark by which an entry of the bridge is told from one of the engine that is the same otherwise: the kernel's flag for what a control plane outside
/// of it has learned (iproute2 shows it as <c>extern_learn</c>). An engine sets its entries without, which takes the mark away: then the entry is the engine's.
/// </summary>
public static class EntryMark
{
    /// <summary>Kernels before 4.18 do not keep it on neighbours.</summary>
    public static bool IsKept { get; } = Environment.OSVersion.Version >= new Version(4, 18);
}
