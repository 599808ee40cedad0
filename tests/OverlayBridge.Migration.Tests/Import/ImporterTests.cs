using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Import;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Tests.Import;

public class ImporterTests
{
    [Fact]
    public async Task The_recorded_stores_arrive_byte_for_byte_damaged_values_included()
    {
        foreach (var fixture in new[] { "consul-healthy", "consul-damaged" })
        {
            using var source = SourceFactory.Open(StateUri.Parse(TestFiles.Fixture($"{fixture}/kv-recurse.json")));
            using var target = new StoreModel("bridge://t");
            var report = await ImportAsync(source, target);
            Assert.Equal(ImportOutcome.Applied, report.Outcome);
            Assert.Equal((await source.ReadAsync(TestContext.Current.CancellationToken)).Entries, target.Image().Entries);
            Assert.Equal(ImportOutcome.Unchanged, (await ImportAsync(source, target)).Outcome);
        }
    }

    [Fact]
    public async Task Sessions_of_a_live_source_arrive_with_the_keys_they_hold()
    {
        using var source = new StoreModel("consul://s");
        source.SetSession("s1");
        source.Put("docker/nodes/a", "x", session: "s1");
        using var target = new StoreModel("bridge://t");
        await ImportAsync(new ConsulSource(source, "docker/"), target);
        Assert.Equal("s1", Assert.Single(target.Image().Entries).Session);
        Assert.Equal("s1", Assert.Single(target.Image().Sessions).Id);
        source.Delete("docker/nodes/a");
        source.Put("docker/nodes/b", "x");
        source.EndSession("s1");
        await ImportAsync(new ConsulSource(source, "docker/"), target);
        Assert.Empty(target.Image().Sessions);
        Assert.Equal("docker/nodes/b", Assert.Single(target.Image().Entries).Key);
    }

    [Fact]
    public async Task A_dry_run_gives_the_same_report_and_changes_nothing()
    {
        using var source = Images.Numbered(30).Store();
        using var target = Images.Numbered(31).Store();
        target.Put("docker/0003", "other");
        var (before, live) = (target.Image(), new ConsulSource(source, "docker/"));
        var dry = await new Importer(live, target, new()).RunAsync(dryRun: true, null, TestContext.Current.CancellationToken);
        Assert.Equal(before.Entries, target.Image().Entries);
        Assert.Equal(0, target.Imports);
        var real = await ImportAsync(live, target);
        Assert.Equal(ImportOutcome.Planned, dry.Outcome);
        Assert.Equal(ImportOutcome.Applied, real.Outcome);
        Assert.Equal(dry.Plan.Operations, real.Plan.Operations);
        Assert.Equal(dry.Deletions, real.Deletions);
        Assert.Equal(dry.Before.Entries, real.Before.Entries);
    }

    [Fact]
    public async Task An_answer_that_was_empty_once_deletes_nothing()
    {
        using var source = Images.Numbered(30).Store();
        using var target = Images.Numbered(30).Store();
        source.Lie = static (consistency, answer) => consistency == Consistency.Consistent ? answer : answer with { Value = [] };
        var report = await ImportAsync(new ConsulSource(source, "docker/"), target);
        Assert.Equal(ImportOutcome.Unchanged, report.Outcome);
        Assert.Equal(30, target.Image().Entries.Length);
    }

    [Fact]
    public async Task Keys_that_go_while_it_reads_are_deleted_only_after_two_reads_agree()
    {
        using var source = Images.Numbered(30).Store();
        using var target = Images.Numbered(30).Store();
        source.Delete("docker/0001");
        var reads = 0;
        source.Lie = (consistency, answer) =>
        {
            // At the second read one more is missing: that one has been seen missing once only.
            if (consistency == Consistency.Consistent && ++reads == 1)
                source.Delete("docker/0002");
            return reads == 1 ? answer with { Value = answer.Value.RemoveAll(static entry => entry.Key == "docker/0002") } : answer;
        };
        var report = await ImportAsync(new ConsulSource(source, "docker/"), target);
        Assert.Equal(2, reads);
        Assert.Equal(["docker/0001", "docker/0002"], report.Plan.KeysDeleted);
        Assert.Equal(28, target.Image().Entries.Length);
    }

    [Fact]
    public async Task A_source_that_lost_a_third_of_its_keys_changes_nothing_until_that_is_allowed()
    {
        using var source = Images.Numbered(60).Store();
        using var target = Images.Numbered(60).Store();
        for (var i = 0; i < 20; i++)
            source.Delete($"docker/{i:0000}");
        source.Put("docker/new", "x");
        var held = await ImportAsync(new ConsulSource(source, "docker/"), target);
        Assert.Equal(ImportOutcome.Held, held.Outcome);
        Assert.Contains("20 of 60 keys (34 %)", held.Deletions.Reason, StringComparison.Ordinal);
        Assert.Equal(Images.Numbered(60).Entries, target.Image().Entries);
        var allowed = await ImportAsync(new ConsulSource(source, "docker/"), target, new(0.34));
        Assert.Equal(ImportOutcome.Applied, allowed.Outcome);
        Assert.Equal(source.Image().Entries, target.Image().Entries);
    }

    [Fact]
    public async Task Keys_outside_the_sources_prefix_stay()
    {
        using var source = Images.Numbered(3).Store();
        using var target = new StoreModel("bridge://t");
        target.Put("overlaybridge/v1/hosts/a", "x");
        target.Put("other/a", "x");
        await ImportAsync(new ConsulSource(source, "docker/"), target);
        Assert.Equal(5, target.Image("").Entries.Length);
    }

    [Fact]
    public async Task An_import_broken_off_at_any_request_completes_when_repeated()
    {
        var image = Images.Of("s", Enumerable.Range(0, 25).Select(static i => new KeyValueEntry($"docker/{i:00}", [.. new byte[400_000]], 7, 1, (ulong)i + 1)), []);
        using var source = image.Store();
        for (var requests = 0; requests < 4; requests++)
        {
            using var target = new StoreModel("bridge://t");
            var left = requests;
            target.Failure = request => request == "import" && left-- == 0 ? new("gone", "killed", "repeat") : null;
            await Assert.ThrowsAsync<SourceException>(() => ImportAsync(new ConsulSource(source, "docker/"), target));
            Assert.Equal(requests, target.Imports);
            target.Failure = static _ => null;
            Assert.Equal(ImportOutcome.Applied, (await ImportAsync(new ConsulSource(source, "docker/"), target)).Outcome);
            Assert.Equal(image.Entries, target.Image().Entries);
        }
    }

    [Fact]
    public async Task Somebody_else_who_writes_the_same_keys_is_noticed()
    {
        using var source = Images.Numbered(3).Store();
        using var target = new StoreModel("bridge://t");
        var imported = false;
        target.Failure = request =>
        {
            if (request == "status" && target.Imports > 0 && !imported)
            {
                imported = true;
                target.Put("docker/0001", "mine");
            }
            return null;
        };
        var error = await Assert.ThrowsAsync<SourceException>(() => ImportAsync(new ConsulSource(source, "docker/"), target));
        Assert.Contains("'docker/0001'", error.Cause, StringComparison.Ordinal);
    }

    private static Task<ImportReport> ImportAsync(IStateSource source, StoreModel target, DeletionPolicy? policy = null) =>
        new Importer(source, target, policy ?? new()).RunAsync(dryRun: false, null, TestContext.Current.CancellationToken);
}
