using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Import;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Sources.Dumps;

namespace OverlayBridge.LabTests.Import;

/// <summary>Import into a real control node, from a real Consul and from files.</summary>
public sealed class ImportTests(ImportLab lab) : IClassFixture<ImportLab>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.Test)]
    public async Task The_cluster_equals_a_real_Consul_byte_for_byte_and_index_for_index()
    {
        var prefix = lab.UniquePrefix();
        using var source = new ConsulSource(lab.ConnectSource(), prefix);
        using var target = new BridgeSource(lab.ConnectTarget(), prefix);
        using var writer = new RandomWriter(lab.Lab.Consul!, source.Client, prefix, seed: 1);
        await writer.FillAsync(Token);
        await writer.RunAsync(TimeSpan.FromSeconds(1), Token);
        await source.Client.PutAsync($"{prefix}odd/a b:c%2F+é\"&", new byte[] { 0, 255, 10 }, new(Flags: ulong.MaxValue), Token);
        await source.Client.PutAsync($"{prefix}nodes", default, default, Token);

        var dry = await new Importer(source, target.Client, new()).RunAsync(dryRun: true, null, Token);
        Assert.Equal(ImportOutcome.Planned, dry.Outcome);
        Assert.Empty((await target.ReadAsync(Token)).Entries);
        var report = await new Importer(source, target.Client, new()).RunAsync(dryRun: false, null, Token);
        Assert.Equal(ImportOutcome.Applied, report.Outcome);
        Assert.Equal(dry.Plan.KeysSet, report.Plan.KeysSet);

        var (wanted, held) = (await source.ReadAsync(Token), await target.ReadAsync(Token));
        Assert.Equal(wanted.Entries, held.Entries);
        Assert.Equal(Names(wanted.Sessions), Names(held.Sessions));
        Assert.True(held.Index >= wanted.Index);
        var prefixIndex = (await target.Client.ListAsync(prefix, default, Token)).Index;
        Assert.Equal(wanted.Entries.Max(static entry => entry.ModifyIndex), held.Entries.Max(static entry => entry.ModifyIndex));
        Assert.True(prefixIndex >= wanted.Entries.Max(static entry => entry.ModifyIndex));
        Assert.Equal(ImportOutcome.Unchanged, (await new Importer(source, target.Client, new()).RunAsync(dryRun: false, null, Token)).Outcome);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_dump_taken_here_imports_to_the_same_store_without_Consul()
    {
        var prefix = lab.UniquePrefix();
        using var source = new ConsulSource(lab.ConnectSource(), prefix);
        using var writer = new RandomWriter(lab.Lab.Consul!, source.Client, prefix, seed: 2);
        await writer.FillAsync(Token);
        var path = Path.Combine(Directory.CreateTempSubdirectory("overlaybridge-dump-").FullName, "dump.json.gz");
        var image = await source.ReadAsync(Token);
        await DumpWriter.WriteAsync(image, path, overwrite: false, TimeProvider.System, null, Token);
        using var file = SourceFactory.Open(StateUri.Parse(path), new() { Prefix = prefix });
        using var target = new BridgeSource(lab.ConnectTarget(), prefix);
        Assert.Equal(ImportOutcome.Applied, (await new Importer(file, target.Client, new()).RunAsync(dryRun: false, null, Token)).Outcome);
        Assert.Equal(image.Entries, (await target.ReadAsync(Token)).Entries);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task Killed_at_any_moment_of_an_import_the_store_starts_and_the_repeated_import_completes_it()
    {
        for (var round = 0; round < 6; round++)
        {
            var prefix = lab.UniquePrefix();
            var image = Large(prefix);
            using var source = new ImageSource(image, prefix);
            using var target = new BridgeSource(lab.ConnectTarget(), prefix);
            await KillDuringAsync(source, target, round);
            await lab.StartBridgeAsync(Token);
            var partly = (await target.ReadAsync(Token)).Entries.Length;
            TestContext.Current.TestOutputHelper!.WriteLine($"round {round}: {partly} of {image.Entries.Length} keys had arrived");
            await new Importer(source, target.Client, new()).RunAsync(dryRun: false, null, Token);
            Assert.Equal(image.Entries, (await target.ReadAsync(Token)).Entries);
        }
    }

    /// <summary>Kills the store after a few requests were applied, and a different while later in each round.</summary>
    private async Task KillDuringAsync(ImageSource source, BridgeSource target, int round)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var requests = 0;
        var progress = new Listener(_ =>
        {
            if (++requests > round / 2)
                reached.TrySetResult();
        });
        var import = new Importer(source, target.Client, new()).RunAsync(dryRun: false, progress, Token);
        await Task.WhenAny(reached.Task, import);
        await Task.Delay(TimeSpan.FromMilliseconds(round * 7), Token);
        await lab.KillBridgeAsync(Token);
        await ((Task)import).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(import.IsCompletedSuccessfully || import.Exception?.InnerException is SourceException, import.Exception?.ToString());
    }

    private static StoreImage Large(string prefix)
    {
        var random = new Random(7);
        var value = new byte[900];
        random.NextBytes(value);
        var entries = Enumerable.Range(0, 30_000)
            .Select(i => new KeyValueEntry($"{prefix}endpoint/{i:00000}/", [.. value.AsSpan(random.Next(800))], 7, (ulong)i + 1, (ulong)i + 1))
            .ToImmutableArray();
        return new("memory", 30_000, entries, []) { SessionsKnown = false };
    }

    private static IEnumerable<string> Names(ImmutableArray<SessionEntry> sessions) => sessions.Select(static session =>
        $"{session.Id} {session.Node} {session.LockDelay} {session.Behavior} {session.Ttl} {string.Join(',', session.NodeChecks)} {session.CreateIndex} {session.ModifyIndex}");

    private sealed class ImageSource(StoreImage image, string prefix) : IStateSource
    {
        public string Name => image.Source;

        public string Prefix => prefix;

        public ValueTask<StoreImage> ReadAsync(CancellationToken token) => new(image);

        public void Dispose()
        {
        }
    }

    private sealed class Listener(Action<TransferProgress> heard) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => heard(value);
    }
}
