using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Import;

/// <summary>
/// What makes a target equal to a source: keys, values, flags, indexes, locks and sessions. Pure; the same for a dry run
/// and for the change itself. Carried out in this order, also in part and again:
/// sessions (keys refer to them), keys from the oldest change to the newest (so that the target's index only rises),
/// deletions, ended sessions, the index.
/// </summary>
/// <param name="Operations">All operations in that order; none when there is nothing to do.</param>
public sealed record ImportPlan(ImmutableArray<ImportOperation> Operations)
{
    /// <summary>The bridge's own records: never imported, never deleted by an import.</summary>
    public const string OwnKeys = "overlaybridge/";

    public bool IsEmpty => Operations.IsEmpty;

    /// <summary>Keys that are made or changed.</summary>
    public int KeysSet => Operations.Count(static operation => operation is ImportOperation.SetKey);

    /// <summary>Keys that are deleted, in byte order.</summary>
    public ImmutableArray<string> KeysDeleted =>
        [.. Operations.OfType<ImportOperation.DeleteKey>().Select(static operation => operation.Key)];

    /// <summary>Sessions that are made, changed or deleted.</summary>
    public int SessionsChanged =>
        Operations.Count(static operation => operation is ImportOperation.SetSession or ImportOperation.DeleteSession);

    /// <summary>Compares two images of the same prefix.</summary>
    /// <param name="source">What the target is to hold. Where it tells no indexes (<c>consul kv export</c>), only keys, values and flags count.</param>
    /// <param name="target">What it holds; its index is that of its whole store.</param>
    public static ImportPlan Between(StoreImage source, StoreImage target)
    {
        // A source without indexes changes the target as a client's writes would: each change takes the next index.
        var next = target.Index + 1;
        var (changed, deleted) = (new List<KeyValueEntry>(), new List<string>());
        foreach (var (wanted, present) in EntryPairs.Of(source.Entries, target.Entries))
        {
            if ((wanted ?? present)!.KeyStartsWith(OwnKeys))
                continue;
            if (wanted is null)
                deleted.Add(present!.Key);
            else if (Numbered(wanted, present, next) is var entry && !entry.Equals(present))
                changed.Add(entry);
        }
        var deletedAt = source.Index > 0 ? source.Index : next;
        var operations = ImmutableArray.CreateBuilder<ImportOperation>();
        var (setSessions, endedSessions) = Sessions(source, target, deletedAt);
        operations.AddRange(setSessions);
        operations.AddRange(changed.OrderBy(static entry => entry.ModifyIndex).Select(static entry => new ImportOperation.SetKey(entry)));
        operations.AddRange(deleted.Select(key => new ImportOperation.DeleteKey(key, deletedAt)));
        operations.AddRange(endedSessions);
        if (source.Index > target.Index)
            operations.Add(new ImportOperation.LiftIndex(source.Index));
        return new(operations.DrainToImmutable());
    }

    /// <summary>The entry with indexes: its own, or where it has none those of an unchanged key, or the next one.</summary>
    private static KeyValueEntry Numbered(KeyValueEntry wanted, KeyValueEntry? present, ulong next)
    {
        if (wanted.ModifyIndex != 0)
            return wanted;
        if (present is null)
            return wanted with { CreateIndex = next, ModifyIndex = next };
        return present.Flags == wanted.Flags && present.Bytes.Span.SequenceEqual(wanted.Bytes.Span)
            ? present
            : present with { Value = wanted.Value, Flags = wanted.Flags, ModifyIndex = next };
    }

    private static (IEnumerable<ImportOperation> Set, IEnumerable<ImportOperation> Ended) Sessions(StoreImage source, StoreImage target, ulong endedAt)
    {
        if (!source.SessionsKnown)
            return ([], []);
        var present = target.Sessions.ToDictionary(static session => session.Id, StringComparer.Ordinal);
        var wanted = source.Sessions.Select(static session => session.Id).ToHashSet(StringComparer.Ordinal);
        return (
            source.Sessions
                .Where(session => !present.TryGetValue(session.Id, out var other) || !Same(session, other))
                .Select(static session => new ImportOperation.SetSession(session)),
            target.Sessions
                .Where(session => !wanted.Contains(session.Id))
                .Select(session => new ImportOperation.DeleteSession(session.Id, endedAt)));
    }

    /// <summary>The record's own equality would compare the arrays of checks by reference.</summary>
    private static bool Same(SessionEntry a, SessionEntry b) =>
        a.NodeChecks.AsSpan().SequenceEqual(b.NodeChecks.AsSpan()) && a with { NodeChecks = b.NodeChecks } == b;
}
