using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using CsCheck;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.History;
using OverlayBridge.Store.Records;
using OverlayBridge.Store.Snapshots;
using OverlayBridge.Store.State;

namespace OverlayBridge.Store.Tests.Snapshots;

public sealed class SnapshotFormatTests
{
    [Fact]
    public void A_state_comes_back_from_its_snapshot() =>
        Generators.State.Sample(state => StateAssert.Equal(state, SnapshotFormat.Decode(SnapshotFormat.Encode(state))));

    [Fact]
    public void A_snapshot_of_many_blocks_comes_back()
    {
        var state = Generators.Run(Enumerable.Range(0, 3000).Select(i => TestStore.Set($"docker/network/{i:x8}", new string((char)('a' + i % 26), 100))));
        StateAssert.Equal(state, SnapshotFormat.Decode(SnapshotFormat.Encode(state)));
    }

    [Fact]
    public void A_cut_off_snapshot_is_refused_wherever_it_was_cut() =>
        Gen.Select(Generators.State, Gen.Double[0, 1]).Sample((state, part) =>
        {
            var bytes = SnapshotFormat.Encode(state);
            Assert.Throws<DamagedDataException>(() => SnapshotFormat.Decode(bytes[..(int)(bytes.Length * part * 0.999)]));
        });

    [Fact]
    public void A_flipped_bit_is_found_wherever_it_is() =>
        Gen.Select(Generators.State, Gen.Int[0, int.MaxValue], Gen.Int[0, 7]).Sample((state, at, bit) =>
        {
            var bytes = SnapshotFormat.Encode(state).ToArray();
            bytes[at % bytes.Length] ^= (byte)(1 << bit);
            Assert.Throws<DamagedDataException>(() => SnapshotFormat.Decode(bytes));
        });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_snapshot_of_an_older_format_is_read_and_has_no_mode_and_no_history(byte version)
    {
        var session = new StoreSession("s1", "docker", "n1", 0, "delete", "30s", [], 2, 2) { Imported = version == 1 };
        var state = Generators.Run(
            TestStore.Set("a", "1"), version == 1 ? new ImportCommand([new ImportSession(session)]) : new CreateSessionCommand(session));
        var read = SnapshotFormat.Decode(AsVersion(version, SnapshotFormat.Encode(state)));
        StateAssert.Equal(state, read);
        Assert.Equal((state.Index, 0), (read.History.Floor, read.History.Count));
    }

    /// <summary>The same state as an older program wrote it: without the history; before version 4 without the mode (three bytes), index and parts of a restore (two), in version 1 without the word of each session.</summary>
    private static ReadOnlyMemory<byte> AsVersion(byte version, ReadOnlyMemory<byte> snapshot)
    {
        using var plain = new MemoryStream();
        using (var zlib = new ZLibStream(new MemoryStream(snapshot[SnapshotFormat.HeaderLength..].ToArray()), CompressionMode.Decompress))
            zlib.CopyTo(plain);
        var history = new ArrayBufferWriter<byte>();
        HistoryFormat.Write(new RecordWriter(history), StoreHistory.Empty, static () => { });
        plain.SetLength(plain.Length - history.WrittenCount - version switch { 1 => 6, 2 => 5, _ => 0 });
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(plain.ToArray());
        var header = snapshot[..SnapshotFormat.HeaderLength].ToArray();
        header[7] = version;
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8), packed.Length);
        XxHash128.Hash(packed.ToArray(), header.AsSpan(16));
        return (byte[])[.. header, .. packed.ToArray()];
    }

    [Fact]
    public void A_snapshot_of_a_newer_format_is_refused_by_its_version()
    {
        var bytes = SnapshotFormat.Encode(Generators.Run()).ToArray();
        bytes[7] = 6;
        var error = Assert.Throws<DamagedDataException>(() => SnapshotFormat.Decode(bytes));
        Assert.Equal("The snapshot has format version 6, this program reads version 5.", error.Message);
    }
}
