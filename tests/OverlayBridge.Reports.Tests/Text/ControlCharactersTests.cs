using System.Globalization;
using CsCheck;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Tests.Text;

public sealed class ControlCharactersTests
{
    [Theory]
    [InlineData("\e[31mred\e[0m", @"\x1b[31mred\x1b[0m")]
    [InlineData("two\nlines\r\tand a tab", @"two\x0alines\x0d\x09and a tab")]
    [InlineData("\u009b1A", @"\x9b1A")]
    [InlineData("user\u202Egnp.exe", @"user\u202egnp.exe")]
    [InlineData("zero\u200Bwidth", @"zero\u200bwidth")]
    public void What_a_terminal_would_obey_is_shown_instead(string hostile, string shown) =>
        Assert.Equal(shown, ControlCharacters.Escape(hostile));

    // Not as test data: attributes are stored as UTF-8, which has no lone surrogates.
    [Fact]
    public void Half_of_a_surrogate_pair_is_shown_as_its_number() =>
        Assert.Equal(@"lone\ud83d", ControlCharacters.Escape("lone\uD83D"));

    [Theory]
    [InlineData("")]
    [InlineData("web-1.back")]
    [InlineData("Zürich 東京 🐳")]
    public void Ordinary_text_comes_back_as_the_same_instance(string text) =>
        Assert.Same(text, ControlCharacters.Escape(text));

    [Fact]
    public void No_text_keeps_a_control_or_format_character() => Gen.String.Sample(text =>
        ControlCharacters.Escape(text).All(letter =>
            CharUnicodeInfo.GetUnicodeCategory(letter) is not (UnicodeCategory.Control or UnicodeCategory.Format)));
}
