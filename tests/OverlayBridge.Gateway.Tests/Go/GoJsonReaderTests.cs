using System.Text;
using System.Text.Json;
using CsCheck;
using OverlayBridge.Gateway.Go;
using OverlayBridge.Gateway.Transactions;

namespace OverlayBridge.Gateway.Tests.Go;

public sealed class GoJsonReaderTests
{
    [Theory]
    [InlineData("", "EOF")]
    [InlineData("  ", "EOF")]
    [InlineData("{", "unexpected EOF")]
    [InlineData("tru", "unexpected EOF")]
    [InlineData("nonsense", "invalid character 'o' in literal null (expecting 'u')")]
    [InlineData("x", "invalid character 'x' looking for beginning of value")]
    [InlineData("{1", "invalid character '1' looking for beginning of object key string")]
    [InlineData("{\"a\" 1", "invalid character '1' after object key")]
    [InlineData("{\"a\":1 x", "invalid character 'x' after object key:value pair")]
    [InlineData("[1 x", "invalid character 'x' after array element")]
    [InlineData("\"\\x\"", "invalid character 'x' in string escape code")]
    [InlineData("\"\\u12g4\"", "invalid character 'g' in \\u hexadecimal character escape")]
    [InlineData("-x", "invalid character 'x' in numeric literal")]
    [InlineData("1.x", "invalid character 'x' after decimal point in numeric literal")]
    [InlineData("1ex", "invalid character 'x' in exponent of numeric literal")]
    [InlineData("'", "invalid character '\\'' looking for beginning of value")]
    public void What_is_wrong_is_said_in_Gos_words(string text, string message) =>
        Assert.Equal(message, Assert.Throws<GoJsonException>(() => GoJsonReader.Read(Encoding.UTF8.GetBytes(text))).Message);

    [Fact]
    public void Any_text_written_as_JSON_is_read_back() =>
        Gen.String.Sample(text =>
        {
            var value = Assert.IsType<GoValue.Text>(GoJsonReader.Read(JsonSerializer.SerializeToUtf8Bytes(text)));
            Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), value.ToString());
        });

    [Fact]
    public void Random_bytes_give_a_value_or_the_one_documented_error() =>
        Gen.OneOf("[{\"KV\":{\"Verb\":\"set\",\"Key\":\"", "\\u", "\\ud83d\\ude00", "\"", "]", "}", "{", "[", ":", ",", "null", "1e5", "\u00ff", " ").Array[0, 30].Sample(parts =>
        {
            try
            {
                TransactionBody.Parse(Encoding.Latin1.GetBytes(string.Concat(parts)));
            }
            catch (GoJsonException)
            {
                // the documented error
            }
        }, iter: 20_000);

    [Fact]
    public void Deep_nesting_is_an_error_and_no_overflow() =>
        Assert.Throws<GoJsonException>(() => GoJsonReader.Read(Encoding.UTF8.GetBytes(new string('[', 1_000_000))));
}
