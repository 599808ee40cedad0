namespace OverlayBridge.Sources.Consul;

/// <summary>How a read is made.</summary>
/// <param name="Consistency">What it may be answered from.</param>
/// <param name="Index">Not 0: a blocking query, answered when the index exceeds this, or after <paramref name="Wait"/>.</param>
/// <param name="Wait">Of a blocking query: how long the server may hold it; it adds up to a sixteenth of its own.</param>
public readonly record struct ReadOptions(Consistency Consistency = Consistency.Default, ulong Index = 0, TimeSpan Wait = default);

/// <summary>Consul's consistency modes of a read.</summary>
public enum Consistency
{
    /// <summary>The leader's answer by its lease.</summary>
    Default,

    /// <summary>The leader's answer after it made sure that it still leads.</summary>
    Consistent,

    /// <summary>Any server's answer; may lag behind.</summary>
    Stale,
}
