using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Repairs;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Repairs;

namespace OverlayBridge.Migration.Tests.Repairs;

/// <summary>Repairs carried out on a model of a store, the recorded damaged one, with others who write at the same time.</summary>
public sealed class RepairerTests : IDisposable
{
    private static readonly RepairRequest Everything = new() { HostsGone = ["172.31.0.2"] };

    private readonly string _folder = Directory.CreateTempSubdirectory("overlaybridge-repair-").FullName;
    private int _backups;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // It answers, and runs nothing on these networks; endpoints of its own host make it contradict nothing that is repaired here.
    private static ImmutableArray<EngineFacts> Idle(params string[] hosts) =>
        [.. hosts.Select(host => new EngineFacts { Uri = $"tcp://{host}:2375", HostName = host, Addresses = [host], Containers = [] })];

    private Task<RepairOutcome> RunAsync(ModelSource store, RepairRequest request, bool apply, int mostConflicts = 20) => new Repairer(
        store, _ => Task.FromResult(Idle("172.31.0.1")),
        new RepairOptions { Apply = apply, Again = TimeSpan.Zero, BackupFile = Path.Combine(_folder, $"backup{_backups++}.json"), MostConflicts = mostConflicts },
        new Progress<string>(), TimeProvider.System).RunAsync(request, Token);

    private static RepairPlan Plan(StoreImage image, RepairRequest request) =>
        RepairPlanner.Plan(new AuditInput { Image = image, Engines = Idle("172.31.0.1") }, request);

    [Fact]
    public async Task A_dry_run_writes_nothing_and_shows_the_steps_of_the_repair()
    {
        var store = new ModelSource(RecordedStore.Damaged);
        var before = store.Image;
        var dry = await RunAsync(store, Everything, apply: false);
        Assert.False(dry.Applied);
        Assert.True(dry.HasWork);
        Assert.Equal((0, 0), (store.Attempts, Directory.GetFiles(_folder).Length));
        Assert.Equal(before.Entries, store.Image.Entries);

        var applied = await RunAsync(store, Everything, apply: true);
        Assert.Equal(dry.Steps.Select(s => (s.Step.Rule, string.Join(' ', s.Step.Subjects))), applied.Steps.Select(s => (s.Step.Rule, string.Join(' ', s.Step.Subjects))));
        Assert.All(applied.Steps, s => Assert.Equal(StepResult.Done, s.Result));
        Assert.False(applied.HasWork);
        Assert.Empty(Plan(store.Image, Everything).Steps);
    }

    [Fact]
    public async Task The_backup_is_complete_before_the_first_write()
    {
        var store = new ModelSource(RecordedStore.Damaged);
        var before = store.Image.Entries;
        store.BeforeWrite = (_, _) => Assert.Single(Directory.GetFiles(_folder));
        var outcome = await RunAsync(store, Everything, apply: true);
        using var dump = Sources.SourceFactory.Open(Sources.StateUri.Parse(outcome.Backup!));
        Assert.Equal(before, (await dump.ReadAsync(Token)).Entries);
    }

    [Fact]
    public async Task A_backup_that_cannot_be_made_stops_the_repair_before_the_first_write()
    {
        var store = new ModelSource(RecordedStore.Damaged);
        await File.WriteAllTextAsync(Path.Combine(_folder, "backup0.json"), "mine", Token);
        await Assert.ThrowsAsync<Sources.SourceException>(() => RunAsync(store, Everything, apply: true));
        Assert.Equal(0, store.Attempts);
    }

    [Fact]
    public async Task Whoever_is_quicker_at_any_write_is_not_overwritten_and_the_rest_is_mended_all_the_same()
    {
        var store = new ModelSource(RecordedStore.Damaged);
        await RunAsync(store, Everything, apply: true);
        var writes = store.Written;
        Assert.True(writes > 10);
        for (var at = 0; at < writes; at++)
        {
            var raced = new ModelSource(RecordedStore.Damaged);
            raced.BeforeWrite = (number, key) =>
            {
                // The same bytes anew: nothing is mended by it, and the index is another one.
                if (number == at && raced.Find(key) is { } entry)
                    raced.Set(key, entry.Value);
            };
            var outcome = await RunAsync(raced, Everything, apply: true);
            Assert.All(outcome.Steps, s => Assert.Equal(StepResult.Done, s.Result));
            Assert.Empty(Plan(raced.Image, Everything).Steps);
            Assert.Equal(Values(store), Values(raced));
        }
    }

    [Fact]
    public async Task A_fault_that_is_gone_when_its_turn_comes_is_not_touched()
    {
        var store = new ModelSource(RecordedStore.Damaged);
        var key = Plan(store.Image, new RepairRequest { Rules = ["OB07"] }).Steps[0].Writes[0];
        store.BeforeWrite = (number, _) =>
        {
            if (number == 0)
                store.Set(key.Key, key.After!.Value);
        };
        var outcome = await RunAsync(store, new RepairRequest { Rules = ["OB07"] }, apply: true);
        Assert.Equal(1, outcome.Conflicts);
        Assert.Equal(StepResult.Gone, outcome.Steps.Single(s => s.Step.Writes.IsEmpty).Result);
        Assert.False(outcome.HasWork);
    }

    [Fact]
    public async Task A_key_that_changes_under_every_attempt_is_given_up_with_the_reason()
    {
        var store = new ModelSource(RecordedStore.Damaged);
        store.BeforeWrite = (_, key) => store.Set(key, store.Find(key)!.Value);
        var outcome = await RunAsync(store, new RepairRequest { Rules = ["OB11"] }, apply: true, mostConflicts: 3);
        Assert.True(outcome.HasWork);
        Assert.Contains("3 attempts", Assert.Single(outcome.Steps).Reason);
        Assert.Equal(0, store.Written);
    }

    [Fact]
    public async Task A_host_that_answers_cannot_be_gone()
    {
        var store = new ModelSource(RecordedStore.Damaged);
        var error = await Assert.ThrowsAsync<RepairException>(() => RunAsync(store, new RepairRequest { HostsGone = ["172.31.0.1"] }, apply: true));
        Assert.Contains("tcp://172.31.0.1:2375 answers for it", error.Cause);
        Assert.Equal(0, store.Attempts);
    }

    private static List<(string, string)> Values(ModelSource store) =>
        [.. store.Image.Entries.Select(e => (e.Key, Convert.ToBase64String(e.Value.AsSpan())))];
}
