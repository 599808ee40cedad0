using CsCheck;
using OverlayBridge.Store.Records;
using OverlayBridge.Store.Snapshots;

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

    [Fact]
    public void A_snapshot_of_a_newer_format_is_refused_by_its_version()
    {
        var bytes = SnapshotFormat.Encode(Generators.Run()).ToArray();
        bytes[7] = 3;
        var error = Assert.Throws<DamagedDataException>(() => SnapshotFormat.Decode(bytes));
        Assert.Equal("The snapshot has format version 3, this program reads version 2.", error.Message);
    }
}
