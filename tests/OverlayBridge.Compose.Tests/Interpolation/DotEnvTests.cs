using CsCheck;
using OverlayBridge.Compose.Interpolation;

namespace OverlayBridge.Compose.Tests.Interpolation;

public sealed class DotEnvTests
{
    private static readonly Dictionary<string, string> Outer = new() { ["HOME"] = "/root" };

    [Theory]
    [InlineData("A=1", "1")]
    [InlineData("  export A = 1  # why", "1")]
    [InlineData("A=a#b", "a#b")]
    [InlineData("A='a # $HOME \\n'", "a # $HOME \\n")]
    [InlineData("A=\"a\\n$HOME\\\"\\$x\" # why", "a\n/root\"$x")]
    [InlineData("A=\"a\nb\"", "a\nb")]
    [InlineData("B=2\nA=${B}3", "23")]
    [InlineData("A=", "")]
    [InlineData("\n# comment\r\nA=1\r\n", "1")]
    [InlineData("HOME\nA=$HOME", "/root")]
    public void A_value_is_read_as_Compose_reads_it(string text, string expected) =>
        Assert.Equal(expected, DotEnv.Parse(new(".env", text), Outer)["A"]);

    [Theory]
    [InlineData("A=1\n=2", ".env:2:1")]
    [InlineData("A=1\nB=\"x\ny\"\nto do", ".env:4:1")]
    [InlineData("A='x", ".env:1:1")]
    public void A_line_that_is_none_is_refused_with_its_place(string text, string place) =>
        Assert.StartsWith(place, Assert.Throws<ComposeException>(() => DotEnv.Parse(new(".env", text), Outer)).Message, StringComparison.Ordinal);

    [Fact]
    public void No_text_gives_another_error() => Gen.OneOf("A", "=", "'", "\"", "\n", "#", " ", "$", "{", "}", "\\", "export ", "\r").List[0, 30].Select(string.Concat).Sample(text =>
    {
        try
        {
            DotEnv.Parse(new(".env", text), Outer);
        }
        catch (ComposeException failure)
        {
            Assert.NotEmpty(failure.Why);
        }
    });
}
