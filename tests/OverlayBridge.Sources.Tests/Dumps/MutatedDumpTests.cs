using System.Text;
using CsCheck;

namespace OverlayBridge.Sources.Tests.Dumps;

/// <summary>Whatever a file holds, reading it gives an image or the one documented error.</summary>
public sealed class MutatedDumpTests : IDisposable
{
    private readonly DumpFiles files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("consul-healthy/kv-recurse.json")]
    [InlineData("consul-healthy/kv-export.json")]
    [InlineData("consul-damaged/kv-recurse.json")]
    [InlineData("consul-healthy/consul.snap")]
    [InlineData("etcd2/v2-keys.json")]
    public async Task A_recorded_file_with_any_bytes_changed_or_cut(string fixture)
    {
        var recorded = await File.ReadAllBytesAsync(TestFiles.Fixture(fixture), TestContext.Current.CancellationToken);
        var packed = DumpFiles.Gzip(recorded);
        var random = new Random(recorded.Length);
        for (var i = 0; i < 150; i++)
            await ReadAsync(Mutated(i % 3 == 0 ? packed : recorded, random));
    }

    [Fact]
    public Task Random_JSON_like_text() =>
        Gen.String[Gen.Char["[]{}\":,0123456789eKeyValuflagsMdIn.-\\u \n"], 0, 80].Array[1, 4]
            .SampleAsync(parts => ReadAsync(Encoding.UTF8.GetBytes(string.Concat(parts))), iter: 400);

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    public async Task Deep_nesting(string open)
    {
        await ReadAsync(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(open, 100_000))));
        await ReadAsync(Encoding.UTF8.GetBytes("[{\"Key\":\"docker/a\",\"x\":" + string.Concat(Enumerable.Repeat(open, 100_000))));
    }

    [Theory]
    [InlineData("1e999999")]
    [InlineData("99999999999999999999999999999999")]
    [InlineData("-0")]
    [InlineData("0.0")]
    public async Task Huge_and_odd_numbers(string number) =>
        await ReadAsync(Encoding.UTF8.GetBytes(DumpSourceTests.Recurse("docker/a").Replace("\"Flags\":7", $"\"Flags\":{number}", StringComparison.Ordinal)));

    private static byte[] Mutated(byte[] original, Random random)
    {
        byte[] bytes = [.. original];
        for (var fault = random.Next(5); fault > 0; fault--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        var start = random.Next(4) == 0 ? random.Next(bytes.Length) : 0;
        return bytes[start..random.Next(start, bytes.Length + 1)];
    }

    private async Task ReadAsync(byte[] content)
    {
        try
        {
            var image = await DumpFiles.ReadAsync(files.Write(Guid.NewGuid().ToString("N"), content));
            Assert.All(image.Entries, static entry => Assert.NotEmpty(entry.Key));
        }
        catch (SourceException error)
        {
            Assert.NotEmpty(error.Cause);
            Assert.NotEmpty(error.Remedy);
        }
    }
}
