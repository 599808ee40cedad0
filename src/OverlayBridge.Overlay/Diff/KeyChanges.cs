using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Diff;

/// <summary>Compares two stores key by key.</summary>
internal static class KeyChanges
{
    public static ImmutableArray<KeyChange> Between(StoreImage from, StoreImage to, bool indexes) =>
    [
        .. EntryPairs.Of(from.Entries, to.Entries)
            .Select(pair => Change(pair.Left, pair.Right, indexes))
            .OfType<KeyChange>(),
    ];

    private static KeyChange? Change(KeyValueEntry? before, KeyValueEntry? after, bool indexes)
    {
        ImmutableArray<string> fields = before is null || after is null ? [] : [.. Differing(before, after, indexes)];
        if (before is not null && after is not null && fields.IsEmpty)
            return null;
        return new KeyChange
        {
            Key = (before ?? after)!.Key,
            Action = before is null ? ChangeAction.Added : after is null ? ChangeAction.Removed : ChangeAction.Changed,
            Fields = fields,
            Before = before,
            After = after,
        };
    }

    private static IEnumerable<string> Differing(KeyValueEntry before, KeyValueEntry after, bool indexes)
    {
        if (!before.Bytes.Span.SequenceEqual(after.Bytes.Span))
            yield return "value";
        if (before.Flags != after.Flags)
            yield return "flags";
        if (!indexes)
            yield break;
        if (before.CreateIndex != after.CreateIndex)
            yield return "createIndex";
        if (before.ModifyIndex != after.ModifyIndex)
            yield return "modifyIndex";
        if (before.LockIndex != after.LockIndex)
            yield return "lockIndex";
        if (before.Session != after.Session)
            yield return "session";
    }
}
