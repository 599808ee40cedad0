using System.Collections.Immutable;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Takeovers;

/// <summary>All that the coordinator decides on, as it was read at one moment.</summary>
/// <param name="Participants">Every host and relay that the record names.</param>
/// <param name="InStep">The store has everything that the source had a moment ago.</param>
/// <param name="Comparison">Of the last read under the hold; null before it was made.</param>
/// <param name="Now">By the coordinator's clock.</param>
/// <param name="InPhase">How long the phase lasts; where clocks and what was seen differ the longer of both, for too long is the safe error.</param>
public sealed record TakeoverView(
    TakeoverRecord Record,
    ImmutableArray<Participant> Participants,
    bool InStep,
    TakeoverComparison? Comparison,
    DateTimeOffset Now,
    TimeSpan InPhase);

/// <summary>What the last read of the source showed beside the store.</summary>
/// <param name="Outcome">Whether the store may change hands.</param>
/// <param name="SourceIndex">Index of the source at the read.</param>
/// <param name="Keys">How many keys were compared.</param>
/// <param name="Reason">Why not, for people; empty when equal.</param>
public sealed record TakeoverComparison(ComparisonOutcome Outcome, ulong SourceIndex, int Keys, string Reason);

/// <summary>What a comparison came to.</summary>
public enum ComparisonOutcome
{
    /// <summary>Every key, value, flag, index, lock and session is the same, and two reads of the source in a row were the same.</summary>
    Equal,

    /// <summary>Not yet: something was still being written. It is read again.</summary>
    Differs,

    /// <summary>It needs a person's word.</summary>
    Refused,
}
