namespace OverlayBridge.Sources;

/// <summary>Upper bounds of what is taken from outside; what exceeds one is refused, never cut off.</summary>
/// <param name="MaxBytes">Of one answer or one file, unpacked.</param>
/// <param name="MaxEntries">Keys, or sessions, in one answer or file.</param>
/// <param name="MaxEntryBytes">JSON text of one key with everything beside it; also bounds the buffer a read needs.</param>
public sealed record SourceLimits(long MaxBytes, int MaxEntries, int MaxEntryBytes)
{
    /// <summary>
    /// A store of 100,000 endpoints is about 140 MB of JSON; Consul's own limit of a value is 512 KiB (<c>kv_max_value_size</c>),
    /// which can be raised, so an entry may be larger than that here.
    /// </summary>
    public static SourceLimits Default { get; } = new(4L << 30, 10_000_000, 16 << 20);
}
