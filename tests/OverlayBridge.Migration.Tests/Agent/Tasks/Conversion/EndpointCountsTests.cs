using System.Text.Json;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>Counts of endpoints in a recorded legacy store, which engines write at the same time.</summary>
public sealed class EndpointCountsTests : IDisposable
{
    private const string Network = "65c4e23feb24c927b95c12dd8fc108a77e28e157ebb15fbf74ab213f98128d44";
    private const string Folder = $"docker/network/v1.0/endpoint/{Network}/";
    private const string Count = $"docker/network/v1.0/endpoint_count/{Network}/";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

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

    private async Task<WrongCount?> LookAsync() => await counts.LookAsync(
        "legacy1", Network, (await store.ListAsync(new EndpointFolderKey("", Network).Format(), new ReadOptions(Consistency.Consistent), Cancel)).Value, Cancel);

    /// <param name="meanwhile">What engines do before the count is read again.</param>
    private async Task MendAsync(WrongCount wrong, Action meanwhile)
    {
        await using var background = new Background();
        var isMended = false;
        background.Run(async token =>
        {
            await counts.MendAsync(wrong, Patience, background.Time, token);
            isMended = true;
        });
        meanwhile();
        await background.UntilAsync(() => isMended);
    }

    private void SetCount(int count) => store.Set(Count, JsonSerializer.SerializeToUtf8Bytes(new { Count = count }));
}
