using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using CsCheck;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources.Json;

namespace OverlayBridge.Sources.Tests.Json;

/// <summary>The reader of elements that stand as Consul writes them, and the full one behind it.</summary>
public class ExactEntryTests
{
    private static readonly Gen<KeyValueEntry> Entries = Gen.Select(
        Gen.String[Gen.Char.AlphaNumeric, 1, 60], Gen.Byte.Array[0, 90], Gen.ULong, Gen.ULong, Gen.Bool,
        static (key, value, flags, index, held) => new KeyValueEntry(key, [.. value], flags, index / 2, index, flags % 3, held ? key : null));

    [Fact]
    public void What_is_written_is_read_by_one_core_or_two() => Gen.Select(Entries.Array[0, 40], Gen.Int[0, 2000]).Sample(static (entries, bytes) =>
    {
        // Large values make the text long enough for two cores.
        ImmutableArray<KeyValueEntry> all = [.. entries.Select((entry, i) => entry with { Value = [.. entry.Value, .. new byte[bytes * (i % 7)]] })];
        var json = Json(all);
        var (read, length) = ExactEntry.ReadMany(json);
        // 20 digits are left to the full reader.
        var taken = all.TakeWhile(entry => Math.Max(entry.Flags, entry.ModifyIndex) < 10_000_000_000_000_000_000).ToList();
        Assert.Equal(taken, read.Select(found => found.Entry));
        Assert.Equal(Json([.. taken]).Length, length);
        Assert.All(read, found => Assert.Equal((byte)',', json[found.Offset]));
    });

    [Fact]
    public void Whatever_it_takes_the_full_reader_reads_alike_for_any_changed_bytes() =>
        Gen.Select(Entries, Gen.Int[0, 300], Gen.Int[0, 20], Gen.OneOf(Gen.String, Gen.String["{}[]\",:0123456789=\\u null"])).Sample(static (entry, at, cut, text) =>
        {
            var json = Json([entry]);
            at = Math.Min(at, json.Length);
            byte[] changed = [.. json[..at], .. Encoding.UTF8.GetBytes(text), .. json[Math.Min(at + cut, json.Length)..]];
            if (ExactEntry.TryRead(changed, new EntryRoom(0), out int length) is not { } exact)
                return;
            using var whole = JsonDocument.Parse(changed.AsMemory(1, length - 1));
            Assert.Equal(EntryJson.Parse(changed.AsSpan(1, length - 1), 1), exact);
        }, iter: 20_000);

    [Fact]
    public void An_object_inside_of_an_element_is_no_element()
    {
        string inner = $"{{\"LockIndex\":0,\"Key\":\"inner\",\"Flags\":0,\"Value\":\"{new string('A', 200_000)}\",\"CreateIndex\":1,\"ModifyIndex\":1}}";
        string odd = $",{{\"Key\":\"odd\",\"More\":[{{\"Value\":\"{new string('A', 300_000)}\"}},{inner}]}}";
        var (read, length) = ExactEntry.ReadMany(Encoding.UTF8.GetBytes($",{inner}{odd},{inner}"));
        Assert.Equal(("inner", inner.Length + 1), (Assert.Single(read).Entry.Key, length));
    }

    private static byte[] Json(ImmutableArray<KeyValueEntry> entries)
    {
        using var stream = new MemoryStream();
        foreach (var entry in entries)
        {
            stream.Write(","u8);
            using var json = new Utf8JsonWriter(stream);
            json.WriteStartObject();
            StoreJson.WriteFields(json, entry);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }
}
