using System.Collections.Immutable;
using CsCheck;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Import;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Tests.Import;

public class ImportPlanTests
{
    [Fact]
    public void Applied_to_any_target_it_gives_the_source_exactly_and_then_nothing_is_left_to_do() =>
        Gen.Select(Images.Any, Images.Any).Sample(static (source, target) =>
        {
            using var store = target.Store();
            foreach (var batch in ImportBatch.Split(ImportPlan.Between(source, target).Operations))
                Apply(store, batch);
            var after = store.Image();
            Assert.Equal(source.Entries, after.Entries);
            Assert.Equal(source.Sessions.Select(static s => s.Id).Order(), after.Sessions.Select(static s => s.Id));
            Assert.True(after.Index >= source.Index);
            Assert.True(ImportPlan.Between(source, after).IsEmpty);
        });

    [Fact]
    public void Cut_off_after_any_request_and_planned_again_it_completes() =>
        Gen.Select(Images.Any, Images.Any, Gen.Int[0, 30]).Sample(static (source, target, done) =>
        {
            using var store = target.Store();
            foreach (var batch in ImportBatch.Split(ImportPlan.Between(source, target).Operations, maxLines: 1).Take(done))
                Apply(store, batch);
            foreach (var batch in ImportBatch.Split(ImportPlan.Between(source, store.Image()).Operations, maxLines: 2))
                Apply(store, batch);
            Assert.True(ImportPlan.Between(source, store.Image()).IsEmpty);
            Assert.Equal(source.Entries, store.Image().Entries);
        });

    [Fact]
    public void Equal_images_need_nothing() =>
        Images.Any.Sample(static image => Assert.True(ImportPlan.Between(image, image).IsEmpty));

    [Fact]
    public void Keys_are_set_from_the_oldest_change_to_the_newest_and_deleted_afterwards() =>
        Gen.Select(Images.Any, Images.Any).Sample(static (source, target) =>
        {
            var operations = ImportPlan.Between(source, target).Operations;
            var indexes = operations.OfType<ImportOperation.SetKey>().Select(static operation => operation.Entry.ModifyIndex).ToArray();
            Assert.Equal(indexes.Order(), indexes);
            var ranks = operations.Select(static operation => operation switch
            {
                ImportOperation.SetSession => 0,
                ImportOperation.SetKey => 1,
                ImportOperation.DeleteKey => 2,
                ImportOperation.DeleteSession => 3,
                _ => 4,
            }).ToArray();
            Assert.Equal(ranks.Order(), ranks);
            Assert.All(operations.OfType<ImportOperation.DeleteKey>(), operation => Assert.Equal(source.Index, operation.Index));
        });

    [Fact]
    public void A_source_without_indexes_changes_only_what_differs_in_value_or_flags() =>
        Gen.Select(Images.Any, Images.Any).Sample(static (image, target) =>
        {
            var source = image with
            {
                Index = 0,
                Sessions = [],
                SessionsKnown = false,
                Entries = [.. image.Entries.Select(static entry => new KeyValueEntry(entry.Key, entry.Value, entry.Flags))],
            };
            using var store = target.Store();
            foreach (var batch in ImportBatch.Split(ImportPlan.Between(source, target).Operations))
                Apply(store, batch);
            var after = store.Image();
            Assert.Equal(source.Entries, after.Entries.Select(static entry => new KeyValueEntry(entry.Key, entry.Value, entry.Flags)));
            Assert.All(after.Entries, entry => Assert.True(target.Entries.Contains(entry) || entry.ModifyIndex == target.Index + 1));
            Assert.Equal(target.Sessions.Select(static s => s.Id).Order(), after.Sessions.Select(static s => s.Id));
            Assert.True(ImportPlan.Between(source, after).IsEmpty);
        });

    [Fact]
    public void Any_single_difference_of_a_key_is_a_change()
    {
        var entry = new KeyValueEntry("docker/a", [1], 2, 3, 4, 5, "s1");
        ImmutableArray<KeyValueEntry> variants =
        [
            entry with { Value = [2] }, entry with { Flags = 3 }, entry with { CreateIndex = 2 }, entry with { ModifyIndex = 9 },
            entry with { LockIndex = 6 }, entry with { Session = null }, entry with { Session = "s2" },
        ];
        var target = Images.Of("t", [entry], []);
        foreach (var variant in variants)
            Assert.Equal(new ImportOperation.SetKey(variant), ImportPlan.Between(Images.Of("s", [variant], []), target).Operations[0]);
    }

    [Fact]
    public void The_bridges_own_keys_are_neither_imported_nor_deleted()
    {
        var own = new KeyValueEntry("overlaybridge/v1/hosts/a", [1], 0, 3, 3);
        var foreign = own with { Key = "overlaybridge/v1/hosts/b" };
        var target = Images.Of("t", [own], []);
        Assert.True(ImportPlan.Between(Images.Of("s", [foreign], []) with { Index = 1 }, target).IsEmpty);
    }

    private static void Apply(StoreModel store, ImportBatch batch) => store.Import(batch.Body);
}
