using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Takeover;

/// <summary>The store of this control node, as the coordinator needs it.</summary>
public interface ITakeoverStore
{
    /// <summary>Whether this node leads: then, and only then, it coordinates.</summary>
    bool IsLeader { get; }

    /// <summary>Keys, sessions and imports of this node's own store, without a way over the network.</summary>
    IConsulClient Client { get; }

    /// <summary>Lets the store change hands, if the record was not changed and the store holds just what <paramref name="compared"/> shows.</summary>
    /// <param name="recordIndex">ModifyIndex of the takeover's record that was decided on.</param>
    /// <param name="record">The record's new value.</param>
    /// <exception cref="SourceException">The store does not answer; whether it changed hands is seen at the record.</exception>
    ValueTask<FlipAnswer> FlipAsync(ulong recordIndex, ReadOnlyMemory<byte> record, string prefix, StoreImage compared, CancellationToken token);
}

/// <summary>What became of a flip.</summary>
public enum FlipAnswer
{
    Flipped,

    /// <summary>The record was changed in the meantime; nothing was done.</summary>
    RecordChanged,

    /// <summary>The store holds something else than was compared; nothing was done.</summary>
    ContentDiffers,

    /// <summary>The store is not on standby for the prefix; nothing was done.</summary>
    NotStandby,
}
