using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources.Dumps;

namespace OverlayBridge.Sources.Tests.Dumps;

public sealed class DumpWriterTests : IDisposable
{
    private static readonly StoreImage Image = new("consul://a:8500", 9, [new("docker/a", [1, 2], 3304740253564472344, 8, 9)], []);
    private readonly DumpFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task The_format_is_the_documented_one()
    {
        await WriteAsync(Image, "d.json");
        var json = JsonNode.Parse(await File.ReadAllTextAsync(files["d.json"], TestContext.Current.CancellationToken))!.AsObject();
        Assert.Equal(["formatVersion", "source", "index", "taken", "entries", "sessions"], json.Select(static field => field.Key));
        Assert.Equal("""{"LockIndex":0,"Key":"docker/a","Flags":3304740253564472344,"Value":"AQI=","CreateIndex":8,"ModifyIndex":9}""", json["entries"]![0]!.ToJsonString());
        Assert.Equal("2026-05-04T03:02:01Z", (string?)json["taken"]);
    }

    [Fact]
    public async Task The_schema_names_exactly_the_fields_that_are_written()
    {
        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(TestFiles.RepositoryRoot, "docs/schemas/dump.schema.json"), TestContext.Current.CancellationToken))!;
        var image = Image with
        {
            Entries = [Image.Entries[0] with { Session = "s" }],
            Sessions = [new("s", "", "vm", 1_000_000, "delete", "30s", ["serfHealth"], 5, 6)],
        };
        await WriteAsync(image, "d.json");
        var json = JsonNode.Parse(await File.ReadAllTextAsync(files["d.json"], TestContext.Current.CancellationToken))!;
        Assert.Equal(Names(schema["properties"]!), Names(json));
        Assert.Equal(Names(schema["properties"]!["entries"]!["items"]!["properties"]!), Names(json["entries"]![0]!));
        Assert.Equal(Names(schema["properties"]!["sessions"]!["items"]!["properties"]!), Names(json["sessions"]![0]!));

        static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(static field => field.Key);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task Only_the_owner_may_read_it()
    {
        await WriteAsync(Image, "d.json");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(files["d.json"]));
    }

    [Fact]
    public async Task An_existing_file_is_kept_unless_overwriting_is_asked_for()
    {
        files.Write("d.json", "precious");
        var error = await Assert.ThrowsAsync<SourceException>(() => WriteAsync(Image, "d.json"));
        Assert.Contains("--force", error.Remedy, StringComparison.Ordinal);
        Assert.Equal("precious", await File.ReadAllTextAsync(files["d.json"], TestContext.Current.CancellationToken));
        await WriteAsync(Image, "d.json", overwrite: true);
        Assert.Single((await DumpFiles.ReadAsync(files["d.json"])).Entries);
    }

    [Fact]
    public async Task A_cancelled_or_failed_write_leaves_nothing_behind()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            DumpWriter.WriteAsync(Image, files["d.json"], false, TimeProvider.System, null, cancelled.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(files.Folder));
        Directory.CreateDirectory(files["folder"]);
        await Assert.ThrowsAsync<SourceException>(() => WriteAsync(Image, "folder", overwrite: true));
        await Assert.ThrowsAsync<SourceException>(() => WriteAsync(Image, "no-such-folder/d.json"));
        Assert.Equal([files["folder"]], Directory.EnumerateFileSystemEntries(files.Folder));
    }

    [Fact]
    public async Task A_source_that_knows_no_sessions_is_dumped_as_one()
    {
        await WriteAsync(Image with { SessionsKnown = false }, "d.json");
        Assert.False((await DumpFiles.ReadAsync(files["d.json"])).SessionsKnown);
    }

    private Task WriteAsync(StoreImage image, string name, bool overwrite = false) => DumpWriter.WriteAsync(
        image, files[name], overwrite,
        new Clock(new(2026, 5, 4, 5, 2, 1, TimeSpan.FromHours(2))), null, TestContext.Current.CancellationToken);

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now.ToUniversalTime();
    }
}
