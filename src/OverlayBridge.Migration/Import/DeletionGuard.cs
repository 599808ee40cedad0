using System.Globalization;

namespace OverlayBridge.Migration.Import;

/// <summary>How much an import may delete without a person's word.</summary>
/// <param name="AllowedShare">Share of the target's keys, 0 to 1; 1 also allows an empty source. <c>--allow-deletes N%</c>.</param>
public sealed record DeletionPolicy(double AllowedShare = DeletionPolicy.DefaultShare)
{
    /// <summary>Beyond this share a read counts as much smaller than it should be.</summary>
    public const double DefaultShare = 0.20;

    /// <summary>So few keys count as ordinary whatever their share: one network with its endpoints, in a small store.</summary>
    public const int OrdinaryKeys = 10;
}

/// <summary>What is known when deletions are decided on.</summary>
/// <param name="TargetKeys">Keys that the target holds now.</param>
/// <param name="SourceKeys">Keys that the source showed.</param>
/// <param name="Deletions">Keys of the target that the source does not show.</param>
/// <param name="KnownIndex">Index of the newest change of the source that the target has.</param>
public sealed record DeletionEvidence(int TargetKeys, int SourceKeys, int Deletions, ulong KnownIndex)
{
    /// <summary>False for a dump file, which would say the same again.</summary>
    public bool CanBeConfirmed { get; init; } = true;

    /// <summary>
    /// Index of the source's whole store at a second, consistent read in which the same keys were missing; null before it.
    /// </summary>
    public ulong? ConfirmedAt { get; init; }
}

/// <summary>What to do with a plan that deletes.</summary>
public enum DeletionDecision
{
    /// <summary>Carry it out.</summary>
    Proceed,

    /// <summary>Read the source once more, consistently, and judge again.</summary>
    Confirm,

    /// <summary>Do nothing and ask a person.</summary>
    Hold,
}

/// <param name="Reason">For a person: empty when there is nothing to say.</param>
public sealed record DeletionVerdict(DeletionDecision Decision, string Reason);

/// <summary>
/// When a deletion in the source is believed. A store that answers wrongly looks just like one whose keys were deleted: an
/// empty answer during a leader election made another tool delete 127,739 keys (consul-replicate#82).
/// So no key is deleted on the strength of one answer, and no large part of them without a person's word.
/// </summary>
public static class DeletionGuard
{
    public static DeletionVerdict Judge(DeletionEvidence evidence, DeletionPolicy policy)
    {
        if (evidence.Deletions == 0)
            return new(DeletionDecision.Proceed, "");
        var share = (double)evidence.Deletions / evidence.TargetKeys;
        if (evidence.CanBeConfirmed && evidence.ConfirmedAt is null)
            return new(DeletionDecision.Confirm, $"{Count(evidence, share)}; reading the source again to be sure");
        if (!IsOrdinary(evidence, share) && share > policy.AllowedShare)
            return new(DeletionDecision.Hold, $"{Count(evidence, share)}; {Percent(policy.AllowedShare)} may go without a person's word{WentBack(evidence)}");
        // Every deletion gets an index: many keys gone at an index where they were still there is a wrong answer.
        if (!IsOrdinary(evidence, share) && evidence.ConfirmedAt == evidence.KnownIndex)
            return new(DeletionDecision.Hold, $"{Count(evidence, share)}, but the source's index is still {evidence.KnownIndex}, at which they were there");
        return new(DeletionDecision.Proceed, Count(evidence, share));
    }

    /// <summary>An ordinary deletion leaves something, and takes little of it.</summary>
    private static bool IsOrdinary(DeletionEvidence evidence, double share) =>
        evidence.SourceKeys > 0 && (evidence.Deletions <= DeletionPolicy.OrdinaryKeys || share <= DeletionPolicy.DefaultShare);

    private static string WentBack(DeletionEvidence evidence) => evidence.ConfirmedAt < evidence.KnownIndex
        ? $"; the source's index fell from {evidence.KnownIndex} to {evidence.ConfirmedAt}: it was restored or replaced"
        : "";

    private static string Count(DeletionEvidence evidence, double share) => string.Create(
        CultureInfo.InvariantCulture,
        $"{evidence.Deletions} of {evidence.TargetKeys} keys ({Percent(share)}) are gone in the source{(evidence.SourceKeys == 0 ? ", which is empty" : "")}");

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(share * 100):0} %");
}
