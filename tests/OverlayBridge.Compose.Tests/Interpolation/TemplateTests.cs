using CsCheck;
using OverlayBridge.Compose.Interpolation;
using OverlayBridge.Yaml;

namespace OverlayBridge.Compose.Tests.Interpolation;

public sealed class TemplateTests
{
    private static readonly SourceLocation At = new("a.yml", 1, 1);

    private static readonly Template Sample = new(name => name switch { "SET" => "value", "EMPTY" => "", _ => null }, _ => { });

    [Theory]
    [InlineData("no variable", "no variable")]
    [InlineData("$SET-${SET}", "value-value")]
    [InlineData("$$SET", "$SET")]
    [InlineData("$GONE.", ".")]
    [InlineData("${GONE:-d}${GONE-d}${EMPTY:-d}${EMPTY-d}${SET:-d}${SET-d}", "dddvaluevalue")]
    [InlineData("${SET:+o}${SET+o}${EMPTY:+o}${EMPTY+o}${GONE:+o}${GONE+o}", "ooo")]
    [InlineData("${SET:?e}${SET?e}${EMPTY?e}", "valuevalue")]
    [InlineData("${GONE:-${ALSO:-$SET}}", "value")]
    [InlineData("${GONE:-a}b}", "ab}")]
    public void It_substitutes_as_Compose_does(string text, string expected) => Assert.Equal(expected, Sample.Substitute(text, At));

    [Theory]
    [InlineData("$1")]
    [InlineData("a$")]
    [InlineData("${")]
    [InlineData("${}")]
    [InlineData("${SET")]
    [InlineData("${SET*}")]
    [InlineData("${SET:}")]
    [InlineData("${GONE?}")]
    [InlineData("${EMPTY:?why}")]
    public void What_is_no_template_is_refused_with_its_place(string text) =>
        Assert.StartsWith("a.yml:1:1: ", Assert.Throws<ComposeException>(() => Sample.Substitute(text, At)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_required_variable_is_refused_with_the_words_of_the_file() =>
        Assert.Equal("say value", Assert.Throws<ComposeException>(() => Sample.Substitute("${GONE:?say $SET}", At)).Why);

    [Fact]
    public void Defaults_without_an_end_are_refused()
    {
        var text = string.Concat(Enumerable.Repeat("${A:-", 1000)) + new string('}', 1000);

        Assert.Throws<ComposeException>(() => Sample.Substitute(text, At));
    }

    [Fact]
    public void A_text_with_its_dollars_doubled_comes_back() => Gen.String.Sample(
        text => Assert.Equal(text, Sample.Substitute(text.Replace("$", "$$", StringComparison.Ordinal), At)));

    [Fact]
    public void No_text_gives_another_error() => Gen.OneOf("$", "{", "}", "A", ":", "-", "?", "+", "SET", " ").List[0, 20].Select(string.Concat).Sample(text =>
    {
        try
        {
            Sample.Substitute(text, At);
        }
        catch (ComposeException failure)
        {
            Assert.NotEmpty(failure.Why);
        }
    });
}
