using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Repairs;

/// <summary>What a repair may look at: the store as the steps before leave it, and what is known of running containers.</summary>
internal sealed record RepairGround(AuditSubject Store, HostsAsked Hosts, bool FencesKnown);

/// <summary>How the faults of one rule are mended: one class each, named by the rule's number.</summary>
internal abstract class Repair(int number)
{
    public AuditRule About { get; } = AuditRules.Of(number);

    /// <summary>Frees something that a container may hold, so that all hosts must have been asked.</summary>
    public virtual bool NeedsHosts => false;

    /// <summary>Reads records other than those it writes, so that it must see what the step before it wrote.</summary>
    public virtual bool ReadsOthers => false;

    /// <summary>Faults of one group become one step: those that write the same record.</summary>
    public virtual string GroupOf(Observation seen) => seen.Subject;

    /// <summary>Why this one is left; null when it can be mended.</summary>
    public virtual string? Refusal(RepairGround ground, Observation seen) =>
        NeedsHosts && ground.Hosts.Doubt is { } doubt ? doubt
        : seen.Repairable ? null
        : $"The records do not prove what is right. {seen.Repair}";

    /// <summary>Notes the writes that mend the faults of one group, none of which is refused.</summary>
    public abstract void Plan(RepairGround ground, IReadOnlyList<Observation> faults, RepairSheet sheet);
}
