using System.Text;
using System.Text.Json;
using CsCheck;
using OverlayBridge.Gateway.Go;

namespace OverlayBridge.Gateway.Tests.Go;

public sealed class GoJsonTests
{
    [Theory]
    [InlineData("<a href=\"x\">&'</a>", """\u003ca href=\"x\"\u003e\u0026'\u003c/a\u003e""")]
    [InlineData("\t\n\r\b\u0000\u001f\u007f", "\\t\\n\\r\\u0008\\u0000\\u001f\u007f")]
    [InlineData("\u2028\u2029é日😀", "\\u2028\\u2029é日😀")]
    public void Text_is_escaped_as_Go_escapes_it(string text, string expected) =>
        Assert.Equal($"\"{expected}\"", Write(false, json => json.Text(text)));

    [Fact]
    public void Each_byte_that_is_not_UTF8_becomes_its_own_replacement() =>
        Assert.Equal("\"a\\ufffd\\ufffd\\ufffdb\"", Write(false, json => json.Text([(byte)'a', 0xFF, 0xE6, 0x97, (byte)'b'])));

    [Fact]
    public void Every_text_comes_back_from_its_JSON() =>
        Gen.String.Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text))).Sample(text =>
            Assert.Equal(text, JsonSerializer.Deserialize<string>(Write(false, json => json.Text(text)))));

    [Fact]
    public void Pretty_JSON_has_four_spaces_and_a_last_newline_and_says_the_same()
    {
        Assert.Equal("[\n    {\n        \"a\": 1,\n        \"b\": [],\n        \"c\": null\n    }\n]\n", Write(true, Nested));
        Assert.Equal("""[{"a":1,"b":[],"c":null}]""", Write(false, Nested));
    }

    private static void Nested(GoJson json)
    {
        json.BeginArray();
        json.BeginObject();
        json.Name("a"u8);
        json.Number(1UL);
        json.Name("b"u8);
        json.BeginArray();
        json.EndArray();
        json.Name("c"u8);
        json.Null();
        json.EndObject();
        json.EndArray();
    }

    private static string Write(bool pretty, Action<GoJson> write)
    {
        var json = new GoJson(pretty);
        write(json);
        return Encoding.UTF8.GetString(json.Finish().Span);
    }
}
