namespace OverlayBridge.SyntheticStores;

/// <summary>How much a synthetic store holds. The mix of network kinds follows from the seed.</summary>
/// <param name="Networks">Networks that are there in the end.</param>
/// <param name="Hosts">Hosts that discovery knows.</param>
/// <param name="Endpoints">Endpoints of running containers; none when there is no network that could hold them.</param>
public sealed record SyntheticShape(int Networks, int Hosts, int Endpoints)
{
    /// <summary>Bounds: private address space and the VNIs of old bitmaps set them.</summary>
    public const int MostNetworks = 2_000, MostHosts = 10_000, MostEndpoints = 200_000;

    /// <summary>The path of the store URL: empty, or ending in a slash.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Endpoints of containers that were stopped since, in percent of <see cref="Endpoints"/>: they leave holes.</summary>
    public int StoppedPercent { get; init; } = 10;

    /// <summary>The largest: about 137 MB as the body of <c>GET /v1/kv/?recurse</c>.</summary>
    public static SyntheticShape Large { get; } = new(1_000, 200, 100_000);

    /// <summary>Large enough that every kind of network is in it several times.</summary>
    public static SyntheticShape Medium { get; } = new(120, 20, 2_500);

    public static SyntheticShape Tiny { get; } = new(1, 1, 1);

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Networks);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Networks, MostNetworks);
        ArgumentOutOfRangeException.ThrowIfLessThan(Hosts, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Hosts, MostHosts);
        ArgumentOutOfRangeException.ThrowIfNegative(Endpoints);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Endpoints, MostEndpoints);
        ArgumentOutOfRangeException.ThrowIfNegative(StoppedPercent);
        if (Prefix.Length > 0 && !Prefix.EndsWith('/'))
            throw new ArgumentException("A prefix ends in a slash.", nameof(Prefix));
    }
}
