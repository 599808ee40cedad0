using System.Text;
using CsCheck;
using OverlayBridge.Legacy.Json;

namespace OverlayBridge.Legacy.Tests.Json;

public class GoJsonWriterTests
{
    [Theory]
    [InlineData("<nil>", "\"\\u003cnil\\u003e\"")]
    [InlineData("a&b", "\"a\\u0026b\"")]
    [InlineData("\n\r\t\b\f\u0001\u007f", "\"\\n\\r\\t\\u0008\\u000c\\u0001\u007f\"")]
    [InlineData("\u2028\u2029", "\"\\u2028\\u2029\"")]
    [InlineData("é 😀 / ' \" \\", "\"é 😀 / ' \\\" \\\\\"")]
    public void Strings_are_escaped_as_Go_escapes_them(string text, string json) =>
        Assert.Equal(json, GoJsonWriter.ToText(w => w.String(text)));

    [Fact]
    public void Maps_are_sorted_by_the_bytes_of_the_name() =>
        Assert.Equal("{\"B\":1,\"a\":[true,null],\"é\":{}}", JsonValue.Object(
            new JsonMember("é", JsonValue.Object()), new JsonMember("B", JsonValue.Number(1)),
            new JsonMember("a", JsonValue.Array(JsonValue.Boolean(true), JsonValue.Null))).ToString());

    [Fact]
    public void What_was_written_reads_back_and_is_written_the_same() => Values.Sample(value =>
    {
        var bytes = GoJsonWriter.ToBytes(w => w.Value(value));
        return GoJsonWriter.ToBytes(w => w.Value(JsonParser.Parse("k", bytes.AsSpan()))).AsSpan().SequenceEqual(bytes.AsSpan());
    });

    private static readonly Gen<string> Text = Gen.String.Select(s => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(s)));

    private static readonly Gen<JsonValue> Values = Gen.Recursive<JsonValue>((depth, inner) =>
    {
        var leaf = Gen.OneOf(Text.Select(JsonValue.String), Gen.ULong.Select(JsonValue.Number), Gen.Bool.Select(JsonValue.Boolean),
            Gen.Const(JsonValue.Null));
        return depth > 4 ? leaf : Gen.OneOf(leaf,
            inner.Array[0, 4].Select(items => JsonValue.Array([.. items])),
            Gen.Select(Text, inner).Array[0, 4].Select(members =>
                JsonValue.Object([.. members.Select(m => new JsonMember(m.Item1, m.Item2))])));
    });
}
