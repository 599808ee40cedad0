using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Repairs;

namespace OverlayBridge.Overlay.Tests.Repairs;

/// <summary>A plan carried out on an image, each write checked as a store checks it.</summary>
internal static class Applied
{
    public static StoreImage To(StoreImage image, RepairPlan plan)
    {
        var entries = image.Entries.ToDictionary(e => e.Key);
        ulong index = Math.Max(image.Index, image.Entries.Select(e => e.ModifyIndex).DefaultIfEmpty().Max());
        var changed = new HashSet<string>();
        foreach (var write in plan.Steps.SelectMany(s => s.Writes))
        {
            var before = entries.GetValueOrDefault(write.Key);
            Assert.Equal(before?.Value.AsSpan().ToArray(), write.Before?.AsSpan().ToArray());
            if (changed.Add(write.Key))
                Assert.Equal(before?.ModifyIndex ?? 0, write.ExpectedIndex);
            Assert.NotEmpty(write.Changes);
            if (write.After is { } value)
                entries[write.Key] = new KeyValueEntry(
                    write.Key, value, before?.Flags ?? image.Entries[0].Flags, before?.CreateIndex ?? ++index, ++index, before?.LockIndex ?? 0, before?.Session);
            else
                Assert.True(entries.Remove(write.Key));
        }
        return image with { Entries = [.. entries.Values.OrderBy(e => e.Key, KeyOrder.Instance)], Index = index };
    }
}
