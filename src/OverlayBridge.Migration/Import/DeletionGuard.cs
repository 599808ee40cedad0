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
    /// <summary>What went, in words: <c>30 endpoints, 1 network</c>; empty when it was not looked at.</summary>
    public string Lost { get; init; } = "";

    /// <summary>False for a dump file, which would say the same again.</summary>
    public bool CanBeConfirmed { get; init; } = true;

    /// <summary>
    /// Index of the source's whole store at a second, consistent read in which the same keys were missing; null before it.
    /// </summary>
    public ulong? ConfirmedAt { get; init; }

    /// <summary>
    /// True when the target equalled the source at <see cref="KnownIndex"/> and the source has been followed without a gap
    /// since: then the distance between the two indexes bounds how many changes there were.
    /// </summary>
    public bool Followed { get; init; }
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
/// <param name="SharePercent">The smallest <c>--allow-deletes</c> that covers the deletions.</param>
public sealed record DeletionVerdict(DeletionDecision Decision, string Reason, int SharePercent);

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
            return new(DeletionDecision.Proceed, "", 0);
        var share = (double)evidence.Deletions / evidence.TargetKeys;
        var (decision, remark) = Judge(evidence, share, policy);
        return new(decision, Count(evidence, share) + remark, RoundedUp(share));
    }

    private static (DeletionDecision Decision, string Remark) Judge(DeletionEvidence evidence, double share, DeletionPolicy policy)
    {
        if (evidence.CanBeConfirmed && evidence.ConfirmedAt is null)
            return (DeletionDecision.Confirm, "; reading the source again to be sure");
        if (IsOrdinary(evidence, share))
            return (DeletionDecision.Proceed, "");
        if (share > policy.AllowedShare && !WentOneByOne(evidence))
            return (DeletionDecision.Hold, $"; {Percent(policy.AllowedShare)} may go without a person's word{WentBack(evidence)}");
        // Every deletion gets an index: many keys gone at an index where they were still there is a wrong answer.
        if (evidence.ConfirmedAt == evidence.KnownIndex)
            return (DeletionDecision.Hold, $", but the source's index is still {evidence.KnownIndex}, at which they were there");
        return (DeletionDecision.Proceed, "");
    }

    /// <summary>An ordinary deletion leaves something, and takes little of it.</summary>
    private static bool IsOrdinary(DeletionEvidence evidence, double share) =>
        evidence.SourceKeys > 0 && (evidence.Deletions <= DeletionPolicy.OrdinaryKeys || share <= DeletionPolicy.DefaultShare);

    /// <summary>
    /// Engines delete key by key, and each deletion takes an index of its own. A wrong answer, a restored or replaced store
    /// and <c>consul kv delete -recurse</c> lose many keys at one index.
    /// </summary>
    private static bool WentOneByOne(DeletionEvidence evidence) =>
        evidence is { Followed: true, SourceKeys: > 0, ConfirmedAt: { } confirmed } &&
        confirmed > evidence.KnownIndex && confirmed - evidence.KnownIndex >= (ulong)evidence.Deletions;

    private static string WentBack(DeletionEvidence evidence) => evidence.ConfirmedAt < evidence.KnownIndex
        ? $"; the source's index fell from {evidence.KnownIndex} to {evidence.ConfirmedAt}: it was restored or replaced"
        : "";

    private static string Count(DeletionEvidence evidence, double share) => string.Create(
        CultureInfo.InvariantCulture,
        $"{evidence.Deletions} of {evidence.TargetKeys} keys ({Percent(share)}) are gone in the source{(evidence.SourceKeys == 0 ? ", which is empty" : "")}{(evidence.Lost.Length > 0 ? $": {evidence.Lost}" : "")}");

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{RoundedUp(share)} %");

    // Not Ceiling alone: 0.07 × 100 is a little more than 7.
    private static int RoundedUp(double share) => (int)Math.Ceiling(Math.Round(share * 100, 6));
}
