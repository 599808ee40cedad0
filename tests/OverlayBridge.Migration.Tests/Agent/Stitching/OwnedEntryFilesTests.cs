using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Overlay.Stitch;

namespace OverlayBridge.Migration.Agent.Stitching;

[SupportedOSPlatform("linux")]
public sealed class OwnedEntryFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("obtest").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private OwnedEntryFiles Files(string boot = "boot") => new(folder, boot, NullLogger.Instance);

    private static readonly OwnedEntries Some = new(
        256, [new NeighbourEntry(Wanted.Address(3), Wanted.Mac(3))], [new ForwardingEntry(Wanted.Mac(3), Wanted.Vtep(1), 4097)]);

    private string File0 => Assert.Single(Directory.GetFiles(folder, "*.json"));

    [Fact]
    public void What_was_written_is_read_by_the_next_process()
    {
        Files().Write(Wanted.Network, "net:[1]", Some);
        Assert.Equal(Some, Files().Read(Wanted.Network, "net:[1]"));
        Assert.Equal([Wanted.Network], Files().Tables());
    }

    [Fact]
    public void What_is_remembered_is_the_files_as_it_is_now()
    {
        var files = Files();
        files.Write(Wanted.Network, "net:[1]", Some);
        Assert.Same(Some, files.Read(Wanted.Network, "net:[1]"));
        Assert.Equal(OwnedEntries.None, files.Read(Wanted.Network, "net:[2]"));
        files.Write(Wanted.Network, "net:[1]", Some);
        File.Delete(File0);
        Assert.Equal(OwnedEntries.None, files.Read(Wanted.Network, "net:[1]"));
        files.Write(Wanted.Network, "net:[1]", Some);
        File.WriteAllText(File0, "{");
        Assert.Equal(OwnedEntries.None, files.Read(Wanted.Network, "net:[1]"));
        files.Write(Wanted.Network, "net:[1]", Some);
        files.Forget(Wanted.Network);
        Assert.Equal(OwnedEntries.None, files.Read(Wanted.Network, "net:[1]"));
    }

    [Fact]
    public void Only_the_owner_may_read_it()
    {
        Files().Write(Wanted.Network, "net:[1]", Some);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(File0));
    }

    [Fact]
    public void Another_namespace_or_another_boot_owns_nothing()
    {
        Files().Write(Wanted.Network, "net:[1]", Some);
        Assert.Equal(OwnedEntries.None, Files().Read(Wanted.Network, "net:[2]"));
        Assert.Equal(OwnedEntries.None, Files("later").Read(Wanted.Network, "net:[1]"));
    }

    [Fact]
    public void Owning_nothing_leaves_no_file()
    {
        Files().Write(Wanted.Network, "net:[1]", Some);
        Files().Write(Wanted.Network, "net:[1]", OwnedEntries.None);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"formatVersion":1}""")]
    [InlineData("""{"formatVersion":1,"bootId":"boot","namespace":"net:[1]","vni":1,"neighbours":[{"address":"x","macAddress":"y"}],"forwardings":[]}""")]
    public void A_damaged_file_is_put_aside_and_owns_nothing(string content)
    {
        File.WriteAllText(Path.Combine(folder, Wanted.Network + ".json"), content);
        Assert.Equal(OwnedEntries.None, Files().Read(Wanted.Network, "net:[1]"));
        Assert.Empty(Files().Tables());
        Assert.Equal(content, File.ReadAllText(Path.Combine(folder, Wanted.Network + ".json.damaged")));
    }

    [Fact]
    public void A_network_id_that_would_lead_out_of_the_folder_is_refused() =>
        Assert.Throws<ArgumentException>(() => Files().Write("../x", "net:[1]", Some));
}
