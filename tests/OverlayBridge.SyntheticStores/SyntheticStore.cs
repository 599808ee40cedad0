using OverlayBridge.Legacy.Store;
using OverlayBridge.SyntheticStores.Cluster;

namespace OverlayBridge.SyntheticStores;

/// <summary>
/// Healthy stores: what is left when simulated engines of 20.10 have registered, made and removed networks, started and
/// stopped containers, each with the writes and the order of the legacy overlay KV layout, §5. No random choice but
/// by the seed, no clock: equal arguments give equal bytes.
/// </summary>
public static class SyntheticStore
{
    /// <summary>Makes a store of this shape.</summary>
    /// <exception cref="ArgumentException">The shape is beyond its bounds.</exception>
    public static StoreImage Generate(SyntheticShape shape, int seed)
    {
        shape.Check();
        var random = new Random(seed);
        var keys = new StoreKeys($"file:synthetic-{seed}.json", random);
        // A bitmap of VNIs made by Docker 1.11 or older keeps its 745 bits forever; a small store can live with it.
        var cluster = new SimulatedCluster(keys, shape.Prefix, oldVxlanIds: shape.Networks < 100 && random.Next(8) == 0);
        new Scenario(shape, random, cluster).Run();
        return keys.ToImage();
    }
}
