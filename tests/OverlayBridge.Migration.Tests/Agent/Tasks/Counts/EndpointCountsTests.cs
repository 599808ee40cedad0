using System.Text.Json;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Counts;

/// <summary>Counts of endpoints in a recorded legacy store, which engines write at the same time.</summary>
public sealed class EndpointCountsTests : IDisposable
{
    private const string Network = "65c4e23feb24c927b95c12dd8fc108a77e28e157ebb15fbf74ab213f98128d44";
    private const string Folder = $"docker/network/v1.0/endpoint/{Network}/";
    private const string Count = $"docker/network/v1.0/endpoint_count/{Network}/";

    private readonly KeyStore store = new();
    private readonly EndpointCounts counts;

    public EndpointCountsTests()
    {
        using var export = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Fixture("consul-healthy/kv-export.json")));
        foreach (var entry in export.RootElement.EnumerateArray())
            store.Set(entry.GetProperty("key").GetString()!, entry.GetProperty("value").GetBytesFromBase64());
        counts = new EndpointCounts(store, new BridgeSource(store, "docker/"), "");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => store.Dispose();

    [Fact]
    public async Task A_right_count_one_that_is_missing_and_one_that_cannot_be_read_are_left_to_others()
    {
        Assert.Null(await LookAsync());

        store.Set(Count, "{"u8.ToArray());
        Assert.Null(await LookAsync());

        store.Remove(Count);
        Assert.Null(await LookAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task A_wrong_count_becomes_the_number_of_endpoints(int count)
    {
        SetCount(count);
        var wrong = await LookAsync();
        Assert.Equal(new WrongCount("legacy1", Network, (ulong)count, 2), wrong);

        await MendAsync(wrong!, static () => { });

        Assert.Equal("""{"Count":2}""", store[Count]);
    }

    [Fact]
    public async Task An_unreadable_endpoint_counts_and_the_folders_own_key_does_not()
    {
        store.Set(Folder, []);
        Assert.Null(await LookAsync());

        store.Set($"{Folder}{new string('9', 64)}/", "{"u8.ToArray());

        Assert.Equal(3UL, (await LookAsync())?.Endpoints);
    }

    [Fact]
    public async Task An_engine_that_was_between_record_and_count_is_left_to_count_itself()
    {
        SetCount(7);
        var wrong = await LookAsync();

        await MendAsync(wrong!, () => SetCount(2));
        Assert.Equal("""{"Count":2}""", store[Count]);
        Assert.Equal(0, store.WriteCount);

        SetCount(7);
        await MendAsync(wrong!, () => store.Set($"{Folder}{new string('9', 64)}/", "{"u8.ToArray()));
        Assert.Equal("""{"Count":7}""", store[Count]);
    }

    [Fact]
    public async Task A_count_that_changes_between_read_and_write_is_not_overwritten()
    {
        SetCount(7);
        var wrong = await LookAsync();
        store.BeforeWrite.Enqueue(_ => SetCount(8));

        await MendAsync(wrong!, static () => { });

        Assert.Equal("""{"Count":8}""", store[Count]);
    }

    [Fact]
    public async Task A_count_that_was_mended_is_not_told_of_again_and_that_of_another_network_is()
    {
        const string Another = "docker/network/v1.0/endpoint_count/another/";
        SetCount(7);
        await MendAsync((await LookAsync())!, () => SetCount(8));
        Assert.Equal("""{"Count":8}""", store[Count]);

        Assert.Null(await LookAsync());
        Assert.Null(await counts.LookAsync("legacy1", Network, Cancel));

        store.Set(Another, """{"Count":1}"""u8.ToArray());
        Assert.Equal(new WrongCount("legacy2", "another", 1, 0), await counts.LookAsync("legacy2", "another", Cancel));
    }

    [Fact]
    public async Task A_mend_that_fails_is_told_of_again()
    {
        SetCount(7);
        var wrong = await LookAsync();
        store.IsAway = true;

        await Assert.ThrowsAsync<SourceException>(() => counts.MendAsync(wrong!, TimeProvider.System, Cancel));

        store.IsAway = false;
        Assert.Equal(wrong, await LookAsync());
    }

    [Fact]
    public async Task An_endpoint_more_and_one_less_are_counted_from_where_the_count_is_and_not_below_nought()
    {
        store.BeforeWrite.Enqueue(_ => SetCount(7));
        await counts.AddAsync(Network, Cancel);
        Assert.Equal("""{"Count":8}""", store[Count]);

        store.BeforeWrite.Enqueue(_ => SetCount(1));
        await counts.RemoveAsync(Network, Cancel);
        Assert.Equal("""{"Count":0}""", store[Count]);
        await counts.RemoveAsync(Network, Cancel);
        Assert.Equal("""{"Count":0}""", store[Count]);
    }

    [Fact]
    public async Task A_touch_changes_the_bytes_each_time_and_never_the_count()
    {
        await counts.TouchAsync(Network, Cancel);
        Assert.Equal("""{"Count": 2}""", store[Count]);
        await counts.TouchAsync(Network, Cancel);
        Assert.Equal("""{"Count":2}""", store[Count]);

        store.Set(Count, """{ "count" : 2 }"""u8.ToArray());
        await counts.TouchAsync(Network, Cancel);
        Assert.Equal("""{"Count":2}""", store[Count]);
    }

    [Fact]
    public async Task A_touch_leaves_it_at_the_change_that_an_engine_makes_meanwhile()
    {
        store.BeforeWrite.Enqueue(_ => SetCount(3));

        await counts.TouchAsync(Network, Cancel);

        Assert.Equal("""{"Count":3}""", store[Count]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{")]
    public async Task A_count_that_is_missing_or_cannot_be_read_is_not_written_whatever_is_to_be_done_with_it(string? stands)
    {
        SetCount(7);
        var wrong = await LookAsync();
        store.Remove(Count);
        if (stands is not null)
            store.Set(Count, System.Text.Encoding.UTF8.GetBytes(stands));

        await counts.AddAsync(Network, Cancel);
        await counts.RemoveAsync(Network, Cancel);
        await counts.TouchAsync(Network, Cancel);
        await MendAsync(wrong!, static () => { });

        Assert.Equal(stands, store[Count]);
        Assert.Equal(0, store.WriteCount);
    }

    [Fact]
    public async Task Whoever_never_gets_to_count_gives_up_and_says_where()
    {
        for (var tries = 0; tries < 200; tries++)
        {
            var count = tries;
            store.BeforeWrite.Enqueue(_ => SetCount(count));
        }

        var refused = await Assert.ThrowsAsync<StepException>(() => counts.AddAsync(Network, Cancel));

        Assert.Contains($"{Count} changed under 100 attempts", refused.Message, StringComparison.Ordinal);
    }

    private async Task<WrongCount?> LookAsync() => await counts.LookAsync(
        "legacy1", Network, (await store.ListAsync(new EndpointFolderKey("", Network).Format(), new ReadOptions(Consistency.Consistent), Cancel)).Value, Cancel);

    /// <param name="meanwhile">What engines do before the count is read again.</param>
    private async Task MendAsync(WrongCount wrong, Action meanwhile)
    {
        await using var background = new Background();
        var isMended = false;
        background.Run(async token =>
        {
            await counts.MendAsync(wrong, background.Time, token);
            isMended = true;
        });
        meanwhile();
        await background.UntilAsync(() => isMended);
    }

    private void SetCount(int count) => store.Set(Count, JsonSerializer.SerializeToUtf8Bytes(new { Count = count }));
}
