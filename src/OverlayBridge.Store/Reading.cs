namespace OverlayBridge.Store;

/// <summary>What a read found.</summary>
/// <param name="Index">The index that a blocking query goes on with; never 0.</param>
/// <param name="KnownLeader">Whether this node sees a leader.</param>
/// <param name="LastContact">How long ago this node last heard of its leader; zero on the leader.</param>
public sealed record Reading<T>(T Value, ulong Index, bool KnownLeader, TimeSpan LastContact);
