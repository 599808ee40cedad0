using System.Collections.Immutable;
using System.Text;
using CsCheck;
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
        Assert.True(Recorded.Count(e => EndpointReader.TryRead(e.Key, e.Value.AsMemory(), new TextPool()) is not null) > Recorded.Length * 2 / 3);

    [Fact]
    public void Whatever_the_fast_one_takes_the_full_one_reads_alike_for_any_changed_bytes() =>
        Gen.Select(Gen.Int[0, Recorded.Length - 1], Gen.Int[0, 2000], Gen.Int[0, 40], Gen.OneOf(Gen.String, Gen.String["{}[]\",:0123456789truefalsn\\u<"]))
            .Sample(static (which, at, cut, text) =>
            {
                var bytes = Recorded[which].Value.AsSpan();
                at = Math.Min(at, bytes.Length);
                byte[] changed = [.. bytes[..at], .. Encoding.UTF8.GetBytes(text), .. bytes[Math.Min(at + cut, bytes.Length)..]];
                if (EndpointReader.TryRead("k", changed, new TextPool()) is not { } fast)
                    return;
                var full = RecordFormats.Endpoint.Decode("k", changed);
                Assert.Equal(Text(full), Text(fast));
                Assert.Equal(full.PublishedPorts, fast.PublishedPorts);
                Assert.Equal(full.RequestedMac, fast.RequestedMac);
            }, iter: 20_000);

    [Fact]
    public void Texts_are_read_alike_whatever_they_hold() => Gen.String.Array[3, 3].Sample(static texts =>
    {
        var record = RecordFormats.Endpoint.Decode("k", Recorded[0].Value.AsSpan()) with { Name = texts[0], Sandbox = texts[1], Aliases = [texts[2]] };
        var bytes = RecordFormats.Endpoint.Encode(record);
        var read = EndpointReader.TryRead("k", bytes.AsMemory(), new TextPool());
        if (read is not null)
            Assert.Equal(Text(RecordFormats.Endpoint.Decode("k", bytes.AsSpan())), Text(read));
    });

    [Fact]
    public void A_pool_gives_one_string_for_equal_texts_and_never_another_text() => Gen.String["ab:0"].Array[0, 60].Sample(static texts =>
    {
        var pool = new TextPool();
        foreach (string text in texts)
        {
            Assert.Equal(text, pool.Get(text));
            Assert.Same(pool.Get(text), pool.Get(Encoding.ASCII.GetBytes(text)));
        }
        Assert.Equal("ü→", pool.Get("ü→"));
    });

    private static string Text(EndpointRecord record) => Encoding.UTF8.GetString(RecordFormats.Endpoint.Encode(record).AsSpan());
}
