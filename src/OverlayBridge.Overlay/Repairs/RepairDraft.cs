using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Repairs;

/// <summary>A store as the steps planned so far leave it.</summary>
internal sealed class RepairDraft(AuditInput input)
{
    private readonly Dictionary<string, KeyValueEntry?> _changed = [];
    private readonly Dictionary<string, KeyValueEntry> _read = input.Image.Entries.ToDictionary(e => e.Key);

    // A new key gets the flags that engines give to all of theirs: one number on Consul, 0 elsewhere (spec: §1).
    private readonly ulong _flags = input.Image.Entries.Select(e => e.Flags).FirstOrDefault(f => f != 0);
    private AuditSubject? _subject;

    /// <summary>The records as they stand now; made anew only after a change.</summary>
    public AuditSubject Subject => _subject ??= AuditSubject.Of(Image, input.Engines, input.Fences);

    /// <summary>What <see cref="Subject"/> is made of.</summary>
    public StoreImage Image => _changed.Count == 0 ? input.Image : input.Image with
    {
        Entries =
        [
            .. input.Image.Entries.Where(e => !_changed.ContainsKey(e.Key)).Concat(_changed.Values.OfType<KeyValueEntry>())
                .OrderBy(e => e.Key, KeyOrder.Instance),
        ],
    };

    /// <summary>The key as it stands now; null when there is none.</summary>
    public KeyValueEntry? Find(string key) => _changed.TryGetValue(key, out var changed) ? changed : _read.GetValueOrDefault(key);

    /// <summary>Takes over the writes of a step. What was looked up in <see cref="Subject"/> before stays as it was.</summary>
    public void Apply(IEnumerable<RepairWrite> writes)
    {
        foreach (var write in writes)
        {
            var before = Find(write.Key);
            _changed[write.Key] = write.After is not { } value ? null
                : before is null ? new KeyValueEntry(write.Key, value, _flags, 0, NotYetKnown)
                : before with { Value = value, ModifyIndex = NotYetKnown };
            _subject = null;
        }
    }

    /// <summary>The index of a key that the plan itself changes; no store counts that far.</summary>
    public const ulong NotYetKnown = ulong.MaxValue;
}
