using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>Addresses of a converted host's containers in a recorded legacy store, which engines write at the same time.</summary>
public sealed class LegacyRecordsTests : IDisposable
{
    private const string Network = "65c4e23feb24c927b95c12dd8fc108a77e28e157ebb15fbf74ab213f98128d44";
    private const string Folder = $"docker/network/v1.0/endpoint/{Network}/";
    private const string Count = $"docker/network/v1.0/endpoint_count/{Network}/";
    private const string NetworkKey = $"docker/network/v1.0/network/{Network}/";
    private const string Bitmap = "docker/network/v1.0/ipam/default/data/GlobalDefault/10.77.0.0/24/";

    /// <summary>Of the recording: its engines have 10.77.0.2 and 10.77.0.3.</summary>
    private const string Engines = $"{Folder}06a802d956edf9feec10e2c17b0dbd91d7f4c1ba356dc6f6e5d484f73850a29a/";

    private readonly KeyStore store = new();
    private readonly LegacyRecords records;

    public LegacyRecordsTests()
    {
        using var export = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Fixture("consul-healthy/kv-export.json")));
        foreach (var entry in export.RootElement.EnumerateArray())
            store.Set(entry.GetProperty("key").GetString()!, entry.GetProperty("value").GetBytesFromBase64());
        records = new LegacyRecords(store, new BridgeSource(store, "docker/"), "docker/", IPAddress.Parse("172.31.0.1"));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => store.Dispose();

    [Theory]
    [InlineData(10)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(100)] // in the middle of blocks that the sequence has as a count
    [InlineData(254)]
    public async Task An_address_is_kept_and_given_free_and_no_other_one_is_touched(int number)
    {
        var before = Taken();
        var endpoint = Endpoint(number);

        await records.KeepAsync(endpoint, Cancel);
        Assert.Equal(before.Add((ulong)number).Order(), Taken().Order());
        var kept = store.WriteCount;
        await records.KeepAsync(endpoint, Cancel);
        Assert.Equal(kept, store.WriteCount);

        await records.FreeAsync(endpoint, Cancel);
        Assert.Equal(before, Taken());
        var freed = store.WriteCount;
        await records.FreeAsync(endpoint, Cancel);
        Assert.Equal(freed, store.WriteCount);
    }

    [Fact]
    public async Task Other_addresses_that_change_between_read_and_write_are_neither_lost_nor_undone()
    {
        for (var number = 40; number < 45; number++)
            Meanwhile(number, isSet: true);
        await records.KeepAsync(Endpoint(10), Cancel);
        Assert.Superset(new HashSet<ulong> { 10, 40, 41, 42, 43, 44 }, Taken().ToHashSet());

        Meanwhile(42, isSet: false);
        await records.FreeAsync(Endpoint(10), Cancel);
        Assert.DoesNotContain(10UL, Taken());
        Assert.DoesNotContain(42UL, Taken());
        Assert.Superset(new HashSet<ulong> { 40, 41, 43, 44 }, Taken().ToHashSet());
    }

    [Fact]
    public async Task An_address_that_another_takes_between_read_and_write_is_not_kept_twice()
    {
        store.BeforeWrite.Enqueue(_ =>
        {
            Mark(10, isSet: true);
            AddHolder(10);
        });

        var refused = await Assert.ThrowsAsync<StepException>(() => records.KeepAsync(Endpoint(10), Cancel));

        Assert.Equal("db's address 10.77.0.10 on legacy1 was given to thief by a legacy engine while this host's engine was stopped.", refused.Message);
        Assert.Equal("Stop thief or give it another address, then repeat the step.", refused.Remedy);
    }

    [Fact]
    public async Task An_address_of_another_whose_bit_was_lost_is_not_kept_either()
    {
        AddHolder(10);

        var refused = await Assert.ThrowsAsync<StepException>(() => records.KeepAsync(Endpoint(10), Cancel));

        Assert.Contains("was given to thief", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StepException>(() => records.WriteAsync(Endpoint(10), Cancel));
        Assert.DoesNotContain(store.Keys, key => key == KeyOf(Endpoint(10)));
    }

    [Fact]
    public async Task An_address_that_another_has_since_the_look_is_not_given_free()
    {
        await records.KeepAsync(Endpoint(10), Cancel);
        AddHolder(10);

        await records.FreeAsync(Endpoint(10), Cancel);

        Assert.Contains(10UL, Taken());
    }

    [Fact]
    public async Task Whoever_never_gets_to_write_gives_up_and_says_where()
    {
        for (var tries = 0; tries < 200; tries++)
            Meanwhile(40, isSet: tries % 2 == 0);

        var refused = await Assert.ThrowsAsync<StepException>(() => records.KeepAsync(Endpoint(10), Cancel));

        Assert.Contains($"{Bitmap} changed under 100 attempts", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_gone_is_told_whoever_has_to_write_there_and_left_out_of_a_look()
    {
        store.Remove(Bitmap);
        Assert.Contains($"{Bitmap} is not in the store", (await Assert.ThrowsAsync<StepException>(() => records.KeepAsync(Endpoint(10), Cancel))).Message, StringComparison.Ordinal);
        Assert.Contains($"{Bitmap} is not in the store", (await Assert.ThrowsAsync<StepException>(() => records.FreeAsync(Endpoint(10), Cancel))).Message, StringComparison.Ordinal);
        var looked = await LookAsync(10);
        Assert.Empty(looked.KeptAddresses.Concat(looked.LostAddresses));

        store.Remove(NetworkKey);
        Assert.Contains("legacy1 is not in the store any more", (await Assert.ThrowsAsync<StepException>(() => records.KeepAsync(Endpoint(10), Cancel))).Message, StringComparison.Ordinal);
        looked = await LookAsync(10);
        Assert.Empty(looked.KeptAddresses.Concat(looked.LostAddresses));
    }

    [Fact]
    public async Task The_bitmap_that_goes_between_read_and_write_is_told()
    {
        store.BeforeWrite.Enqueue(_ => store.Remove(Bitmap));
        Assert.Contains($"{Bitmap} is not in the store", (await Assert.ThrowsAsync<StepException>(() => records.KeepAsync(Endpoint(10), Cancel))).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Bitmap, store.Keys);
    }

    [Fact]
    public async Task An_address_outside_of_the_networks_pools_is_told() =>
        Assert.Contains(
            "No pool of the legacy network legacy1 has the address 10.99.0.10",
            (await Assert.ThrowsAsync<StepException>(() => records.KeepAsync(Endpoint(10) with { Address = IPAddress.Parse("10.99.0.10") }, Cancel))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_look_tells_addresses_that_are_kept_from_those_that_are_lost_and_those_that_have_a_record()
    {
        Assert.Single((await LookAsync(10)).LostAddresses);

        await records.KeepAsync(Endpoint(10), Cancel);
        var kept = await LookAsync(10);
        Assert.Equal((1, 0), (kept.KeptAddresses.Count, kept.LostAddresses.Count));

        AddHolder(10);
        var lost = await LookAsync(10);
        Assert.Equal((0, 1), (lost.KeptAddresses.Count, lost.LostAddresses.Count));
        store.Remove(HolderKey);

        await records.WriteAsync(Endpoint(10), Cancel);
        var written = await LookAsync(10);
        Assert.Equal((0, 0, 1), (written.KeptAddresses.Count, written.LostAddresses.Count, written.OwnRecords.Count));
        Assert.Equal("""{"Count":3}""", store[Count]);
        await records.WriteAsync(Endpoint(10), Cancel);
        Assert.Equal("""{"Count":3}""", store[Count]);

        await records.DeleteAsync(Endpoint(10), Cancel);
        Assert.Equal("""{"Count":2}""", store[Count]);
        Assert.DoesNotContain(10UL, Taken());
        await records.DeleteAsync(Endpoint(10), Cancel);
        Assert.Equal("""{"Count":2}""", store[Count]);
    }

    [Fact]
    public async Task A_record_of_the_engine_counts_as_well_and_damaged_ones_are_nobodys()
    {
        store.Set($"{Folder}{new string('9', 64)}/", "{"u8.ToArray());
        await records.KeepAsync(Endpoint(10), Cancel);
        Assert.Single((await LookAsync(10)).KeptAddresses);

        var looked = await LookAsync(2, Engines[Folder.Length..^1]);

        Assert.Single(looked.EngineRecords);
        Assert.Empty(looked.KeptAddresses.Concat(looked.LostAddresses));
    }

    [Fact]
    public async Task A_look_tells_what_containers_have_by_their_engines_word_alone()
    {
        async Task<IEnumerable<(string, string)>> LookAsync(string endpoint, string state = "running", string network = Network) => (await records.LookAsync(
            new HostSituation(
                null,
                [
                    new(new string('d', 64), "db", "lab:1", state, "legacy1", 1, null, true, ImmutableSortedDictionary<string, string>.Empty,
                        [new("legacy1", network, endpoint, null, null, null, [])], []),
                ],
                null, ImmutableSortedDictionary<string, string>.Empty, [], []),
            Before(10, ""), Cancel)).Unrecorded;

        Assert.Equal([(new string('d', 64), Network)], await LookAsync(new string('9', 64)));
        Assert.Empty(await LookAsync(Engines[Folder.Length..^1]));
        Assert.Empty(await LookAsync(""));
        Assert.Empty(await LookAsync(new string('9', 64), state: "exited"));
        Assert.Empty(await LookAsync(new string('9', 64), network: "another"));
    }

    [Fact]
    public async Task A_count_that_changes_between_read_and_write_is_counted_from_where_it_is()
    {
        store.BeforeWrite.Enqueue(static _ => { }); // the bitmap
        store.BeforeWrite.Enqueue(static _ => { }); // the record
        store.BeforeWrite.Enqueue(_ => store.Set(Count, """{"Count":7}"""u8.ToArray()));

        await records.WriteAsync(Endpoint(10), Cancel);

        Assert.Equal("""{"Count":8}""", store[Count]);
        store.Remove(Count);
        await records.DeleteAsync(Endpoint(10), Cancel);
        Assert.Null(store[Count]);
    }

    [Fact]
    public async Task A_count_that_cannot_be_read_keeps_no_record_from_being_written_or_deleted()
    {
        store.Set(Count, "{"u8.ToArray());

        await records.WriteAsync(Endpoint(10), Cancel);
        Assert.Contains(KeyOf(Endpoint(10)), store.Keys);

        await records.DeleteAsync(Endpoint(10), Cancel);
        Assert.DoesNotContain(KeyOf(Endpoint(10)), store.Keys);
        Assert.Equal("{", store[Count]);
    }

    private static LegacyEndpoint Endpoint(int number)
    {
        var address = new IPAddress([10, 77, 0, (byte)number]);
        return LegacyEndpoints.Own(Before(number, "")).Single() with { Address = address };
    }

    private static HostConversion Before(int number, string engines) => new(
        "h1", "20.10.5",
        [new ConvertedContainer(new string('d', 64), "db", true, [new ConvertedEndpoint("legacy1", Network, engines, new IPAddress([10, 77, 0, (byte)number]), null, false, [])])], default);

    private Task<HostSituation> LookAsync(int number, string engines = "") => records.LookAsync(
        new HostSituation(null, [], null, ImmutableSortedDictionary<string, string>.Empty, [], []), Before(number, engines), Cancel);

    private static string KeyOf(LegacyEndpoint endpoint) => $"{Folder}{endpoint.EndpointId}/";

    private static string HolderKey => $"{Folder}{new string('7', 64)}/";

    /// <summary>A record of another engine's container, as that engine writes it.</summary>
    private void AddHolder(int number) => store.Set(
        HolderKey,
        System.Text.Encoding.UTF8.GetBytes(store[Engines]!.Replace("10.77.0.2/24", $"10.77.0.{number}/24", StringComparison.Ordinal)
            .Replace(Engines[Folder.Length..^1], new string('7', 64), StringComparison.Ordinal)
            .Replace($"\"name\":\"{NameOf(Engines)}\"", "\"name\":\"thief\"", StringComparison.Ordinal)));

    private string NameOf(string key)
    {
        using var record = JsonDocument.Parse(store[key]!);
        return record.RootElement.GetProperty("name").GetString()!;
    }

    /// <summary>What an engine does between a read of the bitmap and the write that follows.</summary>
    private void Meanwhile(int number, bool isSet) => store.BeforeWrite.Enqueue(_ => Mark(number, isSet));

    private void Mark(int number, bool isSet)
    {
        var (record, sequence) = Read();
        sequence = isSet ? sequence.Set((ulong)number) : sequence.Clear((ulong)number);
        store.Set(Bitmap, [.. record.With(record.Value with { Sequence = sequence }).Bytes]);
    }

    private ImmutableArray<ulong> Taken() => [.. Read().Sequence.SetRanges().SelectMany(static range => Enumerable.Range((int)range.First, (int)(range.Last - range.First) + 1)).Select(static number => (ulong)number)];

    private (StoredRecord<BitmapRecord> Record, BitSequence Sequence) Read()
    {
        var record = RecordFormats.Bitmap.Read(new KeyValueEntry(Bitmap, [.. System.Text.Encoding.UTF8.GetBytes(store[Bitmap]!)], 0, 1, 1));
        return (record, record.Value.Sequence);
    }
}
