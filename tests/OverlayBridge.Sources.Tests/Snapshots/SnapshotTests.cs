using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using OverlayBridge.Sources.Tests.Dumps;

namespace OverlayBridge.Sources.Tests.Snapshots;

/// <summary>What <c>consul snapshot save</c> of Consul 1.8.7 wrote, read as a dump.</summary>
public sealed class SnapshotTests : IDisposable
{
    private static readonly string Recorded = TestFiles.Fixture("consul-healthy/consul.snap");

    private readonly DumpFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task A_snapshot_holds_what_recurse_and_the_session_list_of_the_same_store_show()
    {
        var image = await DumpFiles.ReadAsync(Recorded);
        var recurse = await DumpFiles.ReadAsync(TestFiles.Fixture("consul-healthy/kv-recurse.json"));
        Assert.Equal(recurse.Entries, image.Entries);
        Assert.True(image.SessionsKnown);
        using var sessions = System.Text.Json.JsonDocument.Parse(await File.ReadAllBytesAsync(TestFiles.Fixture("consul-healthy/sessions.json"), TestContext.Current.CancellationToken));
        Assert.Equal(
            sessions.RootElement.EnumerateArray().Select(static session =>
                $"{session.GetProperty("ID")} {session.GetProperty("Name")} {session.GetProperty("Node")} {session.GetProperty("LockDelay")} {session.GetProperty("Behavior")} {session.GetProperty("TTL")} {session.GetProperty("NodeChecks")[0]} {session.GetProperty("CreateIndex")} {session.GetProperty("ModifyIndex")}").Order(StringComparer.Ordinal),
            image.Sessions.Select(static session =>
                $"{session.Id} {session.Name} {session.Node} {session.LockDelay} {session.Behavior} {session.Ttl} {session.NodeChecks[0]} {session.CreateIndex} {session.ModifyIndex}"));
        Assert.Equal(37964UL, image.Index);
    }

    [Fact]
    public async Task A_changed_byte_of_the_state_is_found_by_its_checksum()
    {
        var members = Unpack();
        members["state.bin"][30_000] ^= 1;
        var error = await RefusedAsync(members);
        Assert.Contains("consul kv export", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_without_its_checksums_is_refused()
    {
        var members = Unpack();
        members.Remove("SHA256SUMS");
        Assert.Contains("no SHA256SUMS", (await RefusedAsync(members)).Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_that_ends_within_a_record_is_refused_although_its_checksum_is_right()
    {
        var members = Unpack();
        members["state.bin"] = members["state.bin"][..^3];
        Assert.Contains("in the middle of a record", (await RefusedAsync(Summed(members))).Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_an_unknown_form_is_refused_and_not_left_out()
    {
        var members = Unpack();
        // {"LastIndex": 1}, then a key whose only field is "Kee".
        members["state.bin"] = [0x81, 0xa9, .. "LastIndex"u8, 1, 2, 0x81, 0xa3, .. "Kee"u8, 0xa1, (byte)'x'];
        Assert.Contains("another version of Consul", (await RefusedAsync(Summed(members))).Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_that_claims_gigabytes_is_refused_by_the_limit_of_one_entry()
    {
        var members = Unpack();
        members["state.bin"] = [0x81, 0xa9, .. "LastIndex"u8, 1, 2, 0x81, 0xa3, .. "Key"u8, 0xdb, 0x7f, 0xff, 0xff, 0xff, .. new byte[200_000]];
        var options = new SourceOptions { Limits = SourceLimits.Default with { MaxEntryBytes = 100_000 } };
        var error = await DumpFiles.RefusedAsync(files.Write("large.snap", Pack(Summed(members))), options);
        Assert.Contains("larger than 100000 bytes", error.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Containers_nested_without_end_are_refused()
    {
        var members = Unpack();
        members["state.bin"] = [0x81, 0xa9, .. "LastIndex"u8, 1, 2, .. Enumerable.Repeat((byte)0x91, 1000)];
        Assert.Contains("levels deep", (await RefusedAsync(Summed(members))).Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_bytes_as_the_state_give_an_image_or_the_documented_error()
    {
        var original = Unpack()["state.bin"];
        var random = new Random(4);
        for (var i = 0; i < 300; i++)
        {
            var members = Unpack();
            var state = original.ToArray();
            for (var fault = 1 + random.Next(4); fault > 0; fault--)
                state[random.Next(state.Length)] = (byte)random.Next(256);
            if (i % 3 == 0)
                random.NextBytes(state.AsSpan(0, random.Next(200)));
            members["state.bin"] = state;
            try
            {
                await DumpFiles.ReadAsync(files.Write("mutated.snap", Pack(Summed(members))));
            }
            catch (SourceException error)
            {
                Assert.NotEmpty(error.Remedy);
            }
        }
    }

    private async Task<SourceException> RefusedAsync(Dictionary<string, byte[]> members) =>
        await DumpFiles.RefusedAsync(files.Write($"{Guid.NewGuid():N}.snap", Pack(members)));

    private static Dictionary<string, byte[]> Unpack()
    {
        using var packed = new GZipStream(File.OpenRead(Recorded), CompressionMode.Decompress);
        using var tar = new System.Formats.Tar.TarReader(packed);
        var members = new Dictionary<string, byte[]>();
        while (tar.GetNextEntry(copyData: true) is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream!.CopyTo(content);
            members[entry.Name] = content.ToArray();
        }
        return members;
    }

    private static Dictionary<string, byte[]> Summed(Dictionary<string, byte[]> members)
    {
        members["SHA256SUMS"] = Encoding.ASCII.GetBytes(string.Concat(members.Where(static member => member.Key != "SHA256SUMS")
            .Select(static member => $"{Convert.ToHexStringLower(SHA256.HashData(member.Value))}  {member.Key}\n")));
        return members;
    }

    private static byte[] Pack(Dictionary<string, byte[]> members)
    {
        using var file = new MemoryStream();
        using (var tar = new TarWriter(file, TarEntryFormat.Ustar, leaveOpen: true))
            foreach (var (name, content) in members)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        return DumpFiles.Gzip(file.ToArray());
    }
}
