using System.Collections.Immutable;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Runs;

/// <summary>The store of this control node, as the executor needs it.</summary>
public interface IRunStore
{
    /// <summary>Whether this node leads: then, and only then, it carries a run out.</summary>
    bool IsLeader { get; }

    /// <summary>Keys of this node's own store, without a way over the network.</summary>
    IConsulClient Client { get; }

    /// <summary>Makes all writes or none, under one index.</summary>
    /// <returns>False when a condition did not hold: nothing was written.</returns>
    /// <exception cref="SourceException">The store does not answer; what became of it is seen at the next look.</exception>
    ValueTask<bool> CommitAsync(ImmutableArray<RunWrite> writes, CancellationToken token);
}

/// <summary>One part of a transaction.</summary>
public abstract record RunWrite(string Key)
{
    /// <summary>Only if the key's ModifyIndex is that.</summary>
    public sealed record Check(string Key, ulong Index) : RunWrite(Key);

    /// <param name="Index">Only if the key's ModifyIndex is that; 0: only if it is absent; null: always.</param>
    public sealed record Put(string Key, ReadOnlyMemory<byte> Value, ulong? Index) : RunWrite(Key);

    public sealed record Delete(string Key) : RunWrite(Key);
}
