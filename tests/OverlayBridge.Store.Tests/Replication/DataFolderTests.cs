using System.Runtime.Versioning;
using static OverlayBridge.Store.TestStore;

namespace OverlayBridge.Store.Tests.Replication;

public sealed class DataFolderTests : IDisposable
{
    private readonly TestStore _test = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task A_folder_in_use_is_refused_with_the_name_of_the_lock()
    {
        await using var store = await _test.OpenAsync(Token);
        var error = await Assert.ThrowsAsync<StoreStartException>(() => _test.OpenAsync(Token));
        Assert.Equal($"The data folder {_test.Folder} is in use.", error.What);
        Assert.Contains("--data", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/proc/overlaybridge")]
    [InlineData("/dev/null/overlaybridge")]
    public async Task A_folder_that_cannot_be_made_is_refused(string folder)
    {
        var error = await Assert.ThrowsAsync<StoreStartException>(() => OpenAsync(_test.Options with { DataFolder = folder }, Token));
        Assert.Equal($"The data folder {folder} cannot be used.", error.What);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task A_new_folder_is_open_to_its_owner_only()
    {
        var folder = Path.Combine(_test.Folder, "new");
        await using var store = await OpenAsync(_test.Options with { DataFolder = folder }, Token);
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Equal(Owner, File.GetUnixFileMode(Path.Combine(folder, "lock")));
    }

    [Fact]
    public async Task A_raft_address_that_is_taken_is_refused_by_name()
    {
        await using var store = await _test.OpenAsync(Token);
        using var other = new TestStore();
        var address = (System.Net.IPEndPoint)store.Status.Leader!;
        var error = await Assert.ThrowsAsync<StoreStartException>(() => OpenAsync(other.Options with { RaftAddress = address }, Token));
        Assert.Equal($"The Raft address {address} cannot be listened on.", error.What);
    }

    [Fact]
    public async Task A_node_alone_may_come_back_on_another_raft_address()
    {
        await using (var store = await _test.OpenAsync(Token))
            await store.ExecuteAsync(Set("a", "1"), Token);
        await using var again = await _test.OpenAsync(Token);
        Assert.NotNull((await again.ReadKeyAsync(Key("a"), ReadOptions.Default, Token)).Value);
        await again.ExecuteAsync(Set("a", "2"), Token);
    }

    [Fact]
    public async Task Writes_are_refused_while_the_disk_is_nearly_full_and_reads_go_on()
    {
        await using var store = await OpenAsync(_test.Options with { MinimumFreeBytes = long.MaxValue }, Token);
        var error = await Assert.ThrowsAsync<StoreRefusedException>(() => store.ExecuteAsync(Set("a", "1"), Token));
        Assert.Contains("nearly full", error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Message, store.Status.NotReadyReason);
        Assert.Null((await store.ReadKeyAsync(Key("a"), ReadOptions.Default, Token)).Value);
    }
}
