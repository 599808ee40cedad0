using System.Threading.Channels;

namespace OverlayBridge.DataPlane.Namespaces;

public sealed class OverlayNamespacesTests : IDisposable
{
    private const string Network = "0eb37f9d8e37a2addb73ce1cf92613511a84c4b31b31f6755340c255e19d3243";

    private readonly string folder = Directory.CreateTempSubdirectory("obtest").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Only_names_of_a_counter_and_the_network_id_are_candidates_and_the_newest_comes_first() =>
        Assert.Equal(
            ["12-0eb37f9d8", "2-0eb37f9d8e", "1-0eb37f9d8e"],
            OverlayNamespaces.Candidates(
                ["1-0eb37f9d8e", "12-0eb37f9d8", "2-0eb37f9d8e", "1-0eb37f9d8f", "default", "lb_0eb37f9d8", "0eb37f9d8e37", "-0eb37f9d8e3", "x-0eb37f9d8e", "1-0eb", ""],
                Network));

    [Fact]
    public async Task A_network_without_a_namespace_gives_none() =>
        Assert.Null(await new OverlayNamespaces(folder).OpenAsync(Network));

    [Fact]
    public async Task A_folder_that_is_not_there_gives_none() =>
        Assert.Null(await new OverlayNamespaces(folder + "/none").OpenAsync(Network));

    [Fact]
    public async Task The_file_of_a_dead_namespace_is_passed_over_for_a_live_one()
    {
        using var kernel = new KernelNamespace();
        File.WriteAllText(Path.Combine(folder, "3-0eb37f9d8e"), "");
        File.CreateSymbolicLink(Path.Combine(folder, "2-0eb37f9d8e"), kernel.Path);
        using var opened = await new OverlayNamespaces(folder).OpenAsync(Network);
        Assert.Equal(Path.Combine(folder, "2-0eb37f9d8e"), opened!.Path);
    }

    [Fact]
    public async Task A_namespace_file_that_comes_or_goes_is_told()
    {
        var told = Channel.CreateUnbounded<bool>();
        using var watch = new NamespaceFolderWatch(folder, () => told.Writer.TryWrite(true));
        Assert.Null(watch.Ensure());
        Assert.True(await told.Reader.ReadAsync(TestContext.Current.CancellationToken));

        File.WriteAllText(Path.Combine(folder, "1-0eb37f9d8e"), "");
        Assert.True(await told.Reader.ReadAsync(TestContext.Current.CancellationToken));
        File.Delete(Path.Combine(folder, "1-0eb37f9d8e"));
        Assert.True(await told.Reader.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_folder_that_appears_later_is_watched_from_then_on()
    {
        var later = Path.Combine(folder, "netns");
        var told = Channel.CreateUnbounded<bool>();
        using var watch = new NamespaceFolderWatch(later, () => told.Writer.TryWrite(true));
        watch.Ensure();
        Assert.False(told.Reader.TryRead(out _));
        Directory.CreateDirectory(later);
        watch.Ensure();
        Assert.True(await told.Reader.ReadAsync(TestContext.Current.CancellationToken));
    }
}
