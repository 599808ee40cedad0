using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Repairs.Rules;

/// <summary>Never delete the bitmap of a pool that is in use: engines that know it repeat their writes without pause.</summary>
internal static class PoolInUse
{
    /// <summary>Why the pool must stay; null when no container runs with an address of it.</summary>
    public static string? By(RepairGround ground, Observation seen) =>
        ground.Store.Pools.Find(seen.Subject) is { } pool && ground.Hosts.In(pool.Subnet) is { } live
            ? $"{live.Label} runs with {live.Endpoint.Address ?? live.Endpoint.AddressV6} of it."
            : null;
}
