using CsCheck;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Tests.Text;

public sealed class DisplayWidthTests
{
    [Theory]
    [InlineData("abc", 3)]
    [InlineData("東京", 4)]
    [InlineData("e\u0301", 1)]
    [InlineData("🐳", 2)]
    public void Wide_letters_count_two_columns_and_combining_marks_none(string text, int columns) =>
        Assert.Equal(columns, DisplayWidth.Of(text));

    [Fact]
    public void A_cut_text_never_exceeds_its_width() => Gen.Select(Gen.String, Gen.Int[1, 40]).Sample((text, width) =>
        DisplayWidth.Of(DisplayWidth.Cut(text, width)) <= width);

    [Fact]
    public void A_key_is_broken_behind_its_slashes_and_nothing_is_lost()
    {
        var id = new string('a', 64);
        var lines = DisplayWidth.Wrap($"docker/network/v1.0/endpoint/{id}/{id}/", 76).ToList();

        Assert.Equal(["docker/network/v1.0/endpoint/", $"{id}/", $"{id}/"], lines);
    }

    [Fact]
    public void Wrapped_lines_fit_and_hold_every_letter() =>
        Gen.Select(Gen.String[Gen.Char["ab /東"], 0, 200], Gen.Int[2, 40]).Sample((text, width) =>
        {
            var lines = DisplayWidth.Wrap(text, width).ToList();
            Assert.All(lines, line => Assert.InRange(DisplayWidth.Of(line), 0, width));
            Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal), string.Concat(lines).Replace(" ", "", StringComparison.Ordinal));
        });
}
