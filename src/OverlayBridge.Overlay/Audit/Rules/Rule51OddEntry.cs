using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>A Consul key whose flags are not libkv's, or a record key without a value.</summary>
internal sealed class Rule51OddEntry() : Rule(51)
{
    public override string Cause =>
        "The key was imported or put by hand.";

    public override string Repair =>
        "Put the key again with its value from a backup and the flags 3304740253564472344; the flags alone " +
        "disturb no engine.";

    /// <summary>What libkv writes as flags of every key (Consul's lock magic).</summary>
    private const ulong Flags = 0x2DDCCBC058A50C18;

    public override IEnumerable<Observation> Check(AuditSubject store) => Valueless(store).Concat(OddFlags(store));

    public override Observation? Head(ImmutableArray<Observation> members) => members.Length < 2 ? null : members[0] with
    {
        Keys = [.. members.SelectMany(m => m.Keys)],
        Message = $"{members.Length} keys have the flags {members[0].Group} instead of {Flags}: {Listing.Of(members.Select(m => m.Subject))}.",
        Network = null,
    };

    private IEnumerable<Observation> Valueless(AuditSubject store) =>
        from key in store.ValuelessRecords
        select See(Thing.Key(key), [key], $"{key} has no value: listings skip it, and reading it fails.") with
        {
            Severity = AuditSeverity.Error,
            Repair = "Restore the record from a backup, or write it anew as for an unreadable one; without the thing it describes, delete it.",
            OwnedBy = [key],
        };

    private IEnumerable<Observation> OddFlags(AuditSubject store) =>
        from entry in store.IsConsul ? store.Own(store.Image.Entries.Where(e => e.Flags != Flags)) : []
        select See(Thing.Key(entry.Key), [entry.Key], $"{entry.Key} has the flags {entry.Flags} instead of {Flags}.") with
        {
            Group = entry.Flags.ToString(CultureInfo.InvariantCulture),
        };
}
