using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>A rule of the catalogue as code: one class each, named by its number and slug. Time is linear in the store's size.</summary>
internal abstract class Rule(int number)
{
    public AuditRule About { get; } = AuditRules.Of(number);

    /// <summary>What a break of this rule likely comes from.</summary>
    public abstract string Cause { get; }

    /// <summary>What to do, or why nothing safe can be done online.</summary>
    public abstract string Repair { get; }

    /// <summary>Everything in the store that breaks the rule. Never throws on any content.</summary>
    public abstract IEnumerable<Observation> Check(AuditSubject store);

    /// <summary>
    /// One observation that stands for several of one <see cref="Observation.Group"/>; null when a single one needs no head.
    /// </summary>
    public virtual Observation? Head(ImmutableArray<Observation> members) => null;

    protected Observation See(string subject, ImmutableArray<string> keys, string message) => new()
    {
        Rule = About,
        Severity = About.Severity,
        Subject = subject,
        Keys = keys,
        Message = message,
        Cause = Cause,
        Repair = Repair,
        Repairable = About.Repairable,
        RepairableWith = About.RepairableWith,
        About = [subject, .. keys.Take(1)],
    };

    protected Observation See(NetworkRecords network, ImmutableArray<string> keys, string message) =>
        See(Thing.Network(network.Id), keys, message) with { Network = network.Named };

    protected Observation See(EndpointRecords endpoint, ImmutableArray<string> keys, string message) =>
        See(endpoint.Thing, keys, message) with { Network = endpoint.Network.Named };
}
