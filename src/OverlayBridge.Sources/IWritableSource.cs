using System.Collections.Immutable;

namespace OverlayBridge.Sources;

/// <summary>A live store whose keys can be changed one by one, each only if nobody else changed it since it was read (CAS).</summary>
public interface IWritableSource : ILiveSource
{
    /// <summary>
    /// Writes or deletes one key. What stands beside the value (Consul's flags and the session that holds the key) stays as it is.
    /// </summary>
    /// <param name="key">In Consul's form, as <see cref="Legacy.Store.KeyValueEntry.Key"/> has it, whatever the store.</param>
    /// <param name="expectedIndex">The ModifyIndex that the key was read with; 0 when it must not exist.</param>
    /// <param name="value">The new bytes; null deletes the key, which then must have an expected index.</param>
    /// <exception cref="SourceException">The store cannot be reached, refuses, or was lost during the write: then it may be written or not.</exception>
    ValueTask<WriteOutcome> TryWriteAsync(string key, ulong expectedIndex, ImmutableArray<byte>? value, CancellationToken token);
}

/// <summary>What became of a write.</summary>
public enum WriteOutcome
{
    /// <summary>It is done.</summary>
    Written,

    /// <summary>The key is not as expected; nothing was changed.</summary>
    Conflict,
}
