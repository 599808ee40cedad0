using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Takeover;

public sealed class EngagementFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("obtest").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Path => System.IO.Path.Combine(folder, "takeover.json");

    private EngagementFile File => new(Path, NullLogger.Instance);

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void What_is_written_is_read_by_the_next_agent_and_nothing_leaves_no_file()
    {
        foreach (var phase in new[] { TakeoverPhase.Holding, TakeoverPhase.Flipped })
        {
            var engagement = HostStep.Next(new KnownTakeover(Sample.Record(phase), 1), Engagement.None, "h1", null, DateTimeOffset.UnixEpoch).Engagement;
            var remembered = new Remembered(engagement, "iptables", ["eth0"]);
            File.Write(remembered);
            var read = File.Read();
            Assert.Equal((engagement, "iptables"), (read.Engagement, read.Backend));
            Assert.Equal(["eth0"], read.LocalnetDevices);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(Path));
        }
        File.Write(Remembered.Nothing);
        Assert.Empty(Directory.GetFiles(folder));
        Assert.Equal(Engagement.None, File.Read().Engagement);
    }

    [Fact]
    public void A_damaged_file_is_put_aside_whatever_is_in_it() => Gen.OneOf(Gen.Byte.Array[0, 40], Gen.String.Select(static s => System.Text.Encoding.UTF8.GetBytes(
        $$"""{"formatVersion":1,"takeoverId":"t","state":"holding","sources":["{{s.Replace("\"", "", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal)}}x"],"gateways":{},"since":"2026-01-01T00:00:00Z","isSettled":true,"backend":null,"localnetDevices":[]}"""))).Sample(
        bytes =>
        {
            System.IO.File.WriteAllBytes(Path, bytes);
            Assert.Equal(Engagement.None, File.Read().Engagement);
            Assert.Equal(bytes, System.IO.File.ReadAllBytes(Path + ".damaged"));
        },
        threads: 1);
}
