using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CsCheck;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Legacy.Tests.Records;

/// <summary>The reader for records as engines write them, and the full one behind it.</summary>
public class EndpointReaderTests
{
    private static readonly ImmutableArray<KeyValueEntry> Recorded =
        [.. RecordedStore.Healthy.Entries.Concat(RecordedStore.Damaged.Entries).Where(e => LegacyKey.Parse(e.Key) is EndpointKey)];

    [Fact]
    public void Most_recorded_endpoints_are_read_by_the_fast_one() =>
        Assert.True(Recorded.Count(e => EndpointReader.TryRead(e.Value.AsMemory(), new TextPool()) is not null) > Recorded.Length * 2 / 3);

    [Fact]
    public void Whatever_the_fast_one_takes_the_full_one_reads_alike_for_any_changed_bytes() =>
        Gen.Select(Gen.Int[0, Recorded.Length - 1], Gen.Int[0, 2000], Gen.Int[0, 40], Gen.OneOf(Gen.String, Gen.String["{}[]\",:0123456789truefalsn\\u<"]))
            .Sample(static (which, at, cut, text) =>
            {
                var bytes = Recorded[which].Value.AsSpan();
                at = Math.Min(at, bytes.Length);
                byte[] changed = [.. bytes[..at], .. Encoding.UTF8.GetBytes(text), .. bytes[Math.Min(at + cut, bytes.Length)..]];
                var outline = EndpointReader.TryOutline(changed, "k"u8, new TextPool());
                if (EndpointReader.TryRead(changed, new TextPool()) is not { } fast)
                {
                    Assert.Null(outline);
                    return;
                }
                var full = RecordFormats.Endpoint.Decode("k", changed);
                Assert.Equal(EndpointOutline.Of(full, "k"u8), outline);
                Assert.Equal(Text(full), Text(fast));
                Assert.Equal(full.PublishedPorts, fast.PublishedPorts);
                Assert.Equal(full.RequestedMac, fast.RequestedMac);
            }, iter: 20_000);

    [Fact]
    public void Texts_are_read_alike_whatever_they_hold() => Gen.String.Array[3, 3].Sample(static texts =>
    {
        var record = RecordFormats.Endpoint.Decode("k", Recorded[0].Value.AsSpan()) with { Name = texts[0], Sandbox = texts[1], Aliases = [texts[2]] };
        var bytes = RecordFormats.Endpoint.Encode(record);
        var read = EndpointReader.TryRead(bytes.AsMemory(), new TextPool());
        if (read is not null)
            Assert.Equal(Text(RecordFormats.Endpoint.Decode("k", bytes.AsSpan())), Text(read));
    });

    [Fact]
    public void A_pool_gives_one_string_for_equal_texts_and_never_another_text() => Gen.String["ab:0"].Array[0, 60].Sample(static texts =>
    {
        var pool = new TextPool();
        foreach (string text in texts)
        {
            byte[] ascii = Encoding.ASCII.GetBytes(text);
            Assert.Equal(text, pool.Get(ascii));
            Assert.Same(pool.Get(ascii), pool.Get(Encoding.ASCII.GetBytes(text)));
        }
    });

    [Fact]
    public void An_outline_says_what_the_record_says()
    {
        foreach (var entry in Recorded)
        {
            var key = (EndpointKey)LegacyKey.Parse(entry.Key);
            if (Decoded(entry) is not { } record)
                continue;
            byte[] id = Encoding.UTF8.GetBytes(key.EndpointId);
            var outline = EndpointOutline.Read(entry, id, new TextPool());
            Assert.Equal(EndpointOutline.Of(record, id), outline);
            Assert.Equal((record.Id == key.EndpointId, record.Name, record.Locator), (outline.HasIdOfKey, outline.Name, outline.Locator));
            Assert.Equal((record.Sandbox.Length > 0, record.JoinInfo is not null), (outline.HasSandbox, outline.HasJoinInfo));
            Assert.Equal(record.Interface?.Address, outline.Address?.ToString());
            Assert.Equal(record.Interface?.Mac?.Replace(":", "", StringComparison.Ordinal), outline.Mac?.ToString("x12", CultureInfo.InvariantCulture));
        }
    }

    [Theory]
    [InlineData("02:42:0A:50:00:ff", 0x02420A5000FF)]
    [InlineData("02-42-0a-50-00-ff", null)]
    [InlineData("02:42:0a:50:00:fg", null)]
    [InlineData("02:42:0a:50:00:f", null)]
    [InlineData("02:42:0a:50:00ff:", null)]
    public void A_MAC_address_is_told_in_the_engines_own_form(string text, long? bits)
    {
        bool told = MacText.TryParse(text, out ulong mac);
        Assert.Equal(((ulong?)bits, bits is not null), (told ? mac : null, told));
    }

    private static EndpointRecord? Decoded(KeyValueEntry entry)
    {
        try
        {
            return RecordFormats.Endpoint.Decode(entry.Key, entry.Value.AsSpan());
        }
        catch (RecordFormatException)
        {
            return null;
        }
    }

    private static string Text(EndpointRecord record) => Encoding.UTF8.GetString(RecordFormats.Endpoint.Encode(record).AsSpan());
}
