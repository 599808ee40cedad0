using System.Text;
using OverlayBridge.Legacy.Json;
using OverlayBridge.Legacy.Records;

namespace OverlayBridge.Legacy.Tests.Json;

public class JsonParserTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("{", 1)]
    [InlineData("{\"a\":", 5)]
    [InlineData("{\"a\":\"b", 7)]
    [InlineData("{\"a\":tru", 8)]
    [InlineData("{\"a\" 1}", 5)]
    [InlineData("{\n\"a\":x}", 6)]
    [InlineData("{} {}", 3)]
    [InlineData("\u0001", 0)]
    public void An_error_says_the_byte_it_is_at(string text, int offset) => Assert.Equal(offset, Fails(text).Offset);

    [Fact]
    public void A_value_that_ends_too_early_is_called_that() => Assert.Contains("ends after 5 bytes", Fails("{\"a\":").What);

    [Fact]
    public void Nesting_beyond_the_limit_is_an_error()
    {
        Assert.Equal(JsonKind.Array, Parse(new string('[', 64) + new string(']', 64)).Kind);
        Assert.Equal(64, Fails(new string('[', 100_000)).Offset);
    }

    [Fact]
    public void A_value_beyond_the_size_limit_is_an_error() =>
        Assert.Contains("4194304", Fails(new string(' ', RecordLimits.ValueBytes + 1)).What);

    [Theory]
    [InlineData("\"\\ud83d\\ude00\"", "\U0001F600")]
    [InlineData("\"\\ud83d\"", "\uFFFD")]
    [InlineData("\"\\ude00x\"", "\uFFFDx")]
    [InlineData("\"\\ud83d\\u0041\"", "\uFFFDA")]
    [InlineData("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t")]
    [InlineData("\"\\u003cnil\\u003e é\"", "<nil> é")]
    public void Strings_read_as_Go_reads_them(string json, string text) => Assert.Equal(text, Parse(json).Text);

    [Fact]
    public void Broken_UTF8_reads_as_the_replacement_character() =>
        Assert.Equal("a\uFFFDb", JsonParser.Parse("k", [(byte)'"', (byte)'a', 0xff, (byte)'b', (byte)'"']).Text);

    [Fact]
    public void Of_equal_names_the_last_counts() => Assert.Equal("2", Parse("{\"a\":1,\"a\":2}").Find("a")!.Text);

    [Fact]
    public void Numbers_keep_every_digit() =>
        Assert.Equal("{\"n\":3304740253564472344}", Parse("{\"n\":3304740253564472344}").ToString());

    private static JsonValue Parse(string text) => JsonParser.Parse("k", Encoding.UTF8.GetBytes(text));

    private static RecordFormatException Fails(string text) => Assert.Throws<RecordFormatException>(() => Parse(text));
}
