namespace OverlayBridge.Sources.Consul;

/// <summary>What a watch has to tell.</summary>
public abstract record WatchEvent<T>
{
    private WatchEvent()
    {
    }

    /// <summary>The state now: after a change, or unchanged after the wait.</summary>
    /// <param name="WentBack">The index fell: the store was restored or replaced, what was known of it is void.</param>
    public sealed record Answer(Indexed<T> Read, bool WentBack) : WatchEvent<T>;

    /// <summary>The store does not answer; it is asked again after a pause, for the whole state.</summary>
    public sealed record Fault(SourceException Error) : WatchEvent<T>;
}
