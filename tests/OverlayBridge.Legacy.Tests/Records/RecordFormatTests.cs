using System.Collections.Immutable;
using System.Text;
using CsCheck;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Legacy.Tests.Records;

public class RecordFormatTests
{
    // The one value of the damaged store that was cut off.
    private const string CutOff = "2e2492e8d2ded144c57d0fd4c1bcef408ad932e7d7f0454baef254f87ddc90d2";

    private static readonly ImmutableArray<KeyValueEntry> Recorded =
    [
        .. RecordedStore.Healthy.Entries, .. RecordedStore.Etcd.Entries, .. RecordedStore.Wire,
        .. RecordedStore.Damaged.Entries.Where(e => !e.Key.Contains(CutOff)),
    ];

    [Fact]
    public void Every_recorded_value_is_encoded_byte_for_byte_from_its_record()
    {
        var kinds = new Dictionary<string, int>();
        foreach (var entry in Recorded.Where(e => !e.Value.IsEmpty))
        {
            if (Recoded(entry.Key, entry.Value) is not { } encoded)
                continue;
            Assert.Equal(Encoding.UTF8.GetString(entry.Value.AsSpan()), Encoding.UTF8.GetString(encoded.AsSpan()));
            string kind = LegacyKey.Parse(entry.Key).GetType().Name;
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
        }
        Assert.Equal(
            ["AddressBitmapKey", "EndpointCountKey", "EndpointKey", "NetworkKey", "NodeKey", "OverlayNetworkKey", "PoolConfigurationKey", "VxlanIdsKey"],
            kinds.Keys.Order(StringComparer.Ordinal));
        Assert.All(kinds.Values, count => Assert.True(count >= 3));
        Assert.Equal(19, RecordedStore.Wire.Length);
    }

    [Fact]
    public void The_cut_off_endpoint_of_the_damaged_store_is_an_error_at_its_last_byte()
    {
        var entry = RecordedStore.Damaged.Entries.Single(e => e.Key.Contains(CutOff));
        var fault = Assert.Throws<RecordFormatException>(() => RecordFormats.Endpoint.Read(entry));
        Assert.Equal((entry.Key, entry.Value.Length), (fault.Key, fault.Offset));
        Assert.Contains($"ends after {entry.Value.Length} bytes", fault.What);
        Assert.Contains(entry.Key, fault.Message);
    }

    [Fact]
    public void Foreign_spelling_is_kept_until_the_record_changes()
    {
        var bytes = Bytes("{ \"Count\": 2, \"note\":\"mine\" }");
        var stored = RecordFormats.EndpointCount.Read("k", bytes);
        Assert.Equal(bytes, stored.Bytes);
        Assert.Equal(bytes, stored.With(new EndpointCountRecord(2)).Bytes);
        Assert.Equal("{\"Count\":3}", Text(stored.With(new EndpointCountRecord(3)).Bytes));
    }

    [Fact]
    public void Foreign_order_and_unknown_fields_of_an_endpoint_are_kept_until_it_changes()
    {
        var entry = RecordedStore.Healthy.Entries.First(e => LegacyKey.Parse(e.Key) is EndpointKey);
        var foreign = Bytes("{\"zzz\":1,\"name\":\"early\"," + Text(entry.Value)[1..].Replace("\"name\":\"api2\",", ""));
        var stored = RecordFormats.Endpoint.Read(entry.Key, foreign);
        Assert.Equal("early", stored.Value.Name);
        Assert.Equal(foreign, stored.With(stored.Value with { Anonymous = false }).Bytes);
        Assert.Equal(Text(entry.Value), Text(stored.With(stored.Value with { Name = "api2" }).Bytes));
    }

    [Fact]
    public void Damaged_recordings_throw_nothing_but_the_documented_error() =>
        Gen.Select(Gen.Int[0, Recorded.Length - 1], Mutations).Sample((at, mutate) =>
            DecodesOrFails(Recorded[at].Key, mutate([.. Recorded[at].Value])), iter: 20_000);

    [Fact]
    public void Random_bytes_throw_nothing_but_the_documented_error() =>
        Gen.Select(Gen.Int[0, Recorded.Length - 1], Gen.Byte.Array[0, 200]).Sample((at, bytes) =>
            DecodesOrFails(Recorded[at].Key, bytes), iter: 20_000);

    [Fact]
    public void Random_JSON_throws_nothing_but_the_documented_error()
    {
        var word = Gen.OneOf("{", "}", "[", "]", ",", ":", "null", "true", "1e999", "-1", "18446744073709551616", "\"\"", "\"Count\"",
            "\"id\"", "\"name\"", "\"sequence\"", "\"Subnets\"", "\"Scope\"", "\"ep_iface\"", "\"generic\"", "\"subnets\"", "\"Vni\"", "\"[{}]\"");
        Gen.Select(Gen.Int[0, Recorded.Length - 1], word.Array[0, 40]).Sample((at, words) =>
            DecodesOrFails(Recorded[at].Key, Encoding.UTF8.GetBytes(string.Concat(words))), iter: 20_000);
    }

    [Theory]
    [InlineData("{\"Count\":18446744073709551615}", ulong.MaxValue)]
    [InlineData("{\"count\":7}", 7ul)]
    [InlineData("{\"Count\":null}", 0ul)]
    [InlineData("{}", 0ul)]
    public void Counts_are_read_as_Go_reads_a_struct(string json, ulong count) =>
        Assert.Equal(count, RecordFormats.EndpointCount.Decode("k", Bytes(json).AsSpan()).Count);

    [Theory]
    [InlineData("{\"Count\":18446744073709551616}", 9)]
    [InlineData("{\"Count\":-1}", 9)]
    [InlineData("{\"Count\":1e3}", 9)]
    [InlineData("{\"Count\":\"2\"}", 9)]
    [InlineData("[2]", 0)]
    public void A_wrong_count_is_an_error_at_its_place(string json, int offset) =>
        Assert.Equal(offset, Assert.Throws<RecordFormatException>(() => RecordFormats.EndpointCount.Decode("k", Bytes(json).AsSpan())).Offset);

    [Fact]
    public void A_sequence_that_is_not_base64_is_an_error() => Assert.Equal("sequence is not base64.",
        Assert.Throws<RecordFormatException>(() => RecordFormats.Bitmap.Decode("k", "{\"id\":\"a\",\"sequence\":\"!\"}"u8)).What);

    [Fact]
    public void A_changed_bitmap_is_written_as_the_engines_write_it()
    {
        var stored = RecordFormats.Bitmap.Read("k", Bytes("{\"sequence\":\"AAAAAAAAAQAAAAAAAAAA/cAAAAAAAAAAAAAAAQAAAAAAAAAAAAAABgAAAAEAAAAAAAAAAQ==\",\"id\":\"GlobalDefault/10.86.0.0/24\"}"));
        var changed = stored.With(stored.Value with { Sequence = stored.Value.Sequence.Set(2) });
        Assert.Equal("{\"id\":\"GlobalDefault/10.86.0.0/24\",\"sequence\":\"AAAAAAAAAQAAAAAAAAAA/OAAAAAAAAAAAAAAAQAAAAAAAAAAAAAABgAAAAEAAAAAAAAAAQ==\"}", Text(changed.Bytes));
        Assert.Equal(new BitmapRecord("GlobalDefault/10.86.0.0/24", stored.Value.Sequence), stored.Value);
    }

    private static bool DecodesOrFails(string key, byte[] bytes)
    {
        try
        {
            Recoded(key, [.. bytes]);
        }
        catch (RecordFormatException e)
        {
            Assert.Equal(key, e.Key);
            Assert.InRange(e.Offset, 0, bytes.Length);
        }
        return true;
    }

    // Encodes what was decoded, so a decoder that makes a record the encoder cannot write shows as well.
    private static ImmutableArray<byte>? Recoded(string key, ImmutableArray<byte> value) => LegacyKey.Parse(key) switch
    {
        NetworkKey => Recoded(RecordFormats.Network, key, value),
        EndpointKey => Recoded(RecordFormats.Endpoint, key, value),
        EndpointCountKey => Recoded(RecordFormats.EndpointCount, key, value),
        OverlayNetworkKey => Recoded(RecordFormats.OverlayNetwork, key, value),
        PoolConfigurationKey => Recoded(RecordFormats.PoolConfiguration, key, value),
        AddressBitmapKey or VxlanIdsKey => Recoded(RecordFormats.Bitmap, key, value),
        NodeKey => Recoded(RecordFormats.Node, key, value),
        _ => null,
    };

    private static ImmutableArray<byte> Recoded<T>(RecordFormat<T> format, string key, ImmutableArray<byte> value)
        where T : class
    {
        var bytes = format.Encode(format.Decode(key, value.AsSpan()));
        Assert.True(format.Encode(format.Decode(key, bytes.AsSpan())).AsSpan().SequenceEqual(bytes.AsSpan()), "an encoded record reads back");
        return bytes;
    }

    private static readonly Gen<Func<byte[], byte[]>> Mutations = Gen.OneOf(
        Gen.Double[0, 1].Select(share => (Func<byte[], byte[]>)(bytes => bytes[..(int)(bytes.Length * share)])),
        Gen.Select(Gen.Double[0, 0.9999], Gen.Byte).Select((share, other) => (Func<byte[], byte[]>)(bytes =>
        {
            if (bytes.Length > 0)
                bytes[(int)(bytes.Length * share)] = other;
            return bytes;
        })),
        Gen.Select(Gen.Double[0, 1], Gen.OneOf("null", "{}", "[]", "\"\"", "1e999", "-0", "\\u0000", "true")).Select((share, text) =>
            (Func<byte[], byte[]>)(bytes => Spliced(bytes, (int)(bytes.Length * share), text))));

    // Puts a value in the place of the next one behind a colon: valid JSON of the wrong shape, mostly.
    private static byte[] Spliced(byte[] bytes, int at, string text)
    {
        int colon = Array.IndexOf(bytes, (byte)':', at);
        if (colon < 0)
            return bytes;
        int end = Array.FindIndex(bytes, colon + 1, b => b is (byte)',' or (byte)'}');
        return [.. bytes[..(colon + 1)], .. Encoding.UTF8.GetBytes(text), .. end < 0 ? [] : bytes[end..]];
    }

    private static ImmutableArray<byte> Bytes(string text) => [.. Encoding.UTF8.GetBytes(text)];

    private static string Text(ImmutableArray<byte> bytes) => Encoding.UTF8.GetString(bytes.AsSpan());
}
