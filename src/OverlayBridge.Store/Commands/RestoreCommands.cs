using System.Collections.Immutable;

namespace OverlayBridge.Store.Commands;

/// <summary>
/// A part of a snapshot that is to be restored. A snapshot is larger than one log entry should be: the parts are put down first, in order,
/// and seen by nobody; <see cref="RestoreCommand"/> then takes them all at once.
/// </summary>
/// <param name="Restore">Which restore the part belongs to; another one's parts are dropped.</param>
/// <param name="Part">From 0.</param>
public sealed record StageRestoreCommand(Guid Restore, int Part, ImmutableArray<byte> Bytes) : StoreCommand<WriteResult>
{
    /// <summary>By content, the bytes included.</summary>
    public bool Equals(StageRestoreCommand? other) =>
        other is not null && Restore == other.Restore && Part == other.Part && Bytes.AsSpan().SequenceEqual(other.Bytes.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Restore, Part, Bytes.Length);
}

/// <summary>The state becomes that of the snapshot whose parts were put down.</summary>
/// <param name="Parts">How many there must be.</param>
public sealed record RestoreCommand(Guid Restore, int Parts) : StoreCommand<RestoreResult>;

/// <summary>Forgets the parts of a restore that came to nothing.</summary>
public sealed record DropRestoreCommand(Guid Restore) : StoreCommand<WriteResult>;

/// <param name="Fault">Why nothing was restored; null when it was.</param>
/// <param name="Index">The store's index afterwards.</param>
public sealed record RestoreResult(string? Fault, ulong Index) : CommandResult;
