using OverlayBridge.Reports.Markdown;

namespace OverlayBridge.Reports.Tests.Markdown;

public sealed class MarkdownWriterTests
{
    [Theory]
    [InlineData("web-1", "`web-1`")]
    [InlineData("a`b", "``a`b``")]
    [InlineData("`", "`` ` ``")]
    [InlineData("a``b`c", "```a``b`c```")]
    [InlineData("@admin #1 <b>", "`@admin #1 <b>`")]
    [InlineData("", "")]
    public void Names_are_code_spans_with_a_fence_that_they_cannot_close(string name, string markdown) =>
        Assert.Equal(markdown, MarkdownWriter.Code(name));

    [Theory]
    [InlineData("a|b", @"a\|b")]
    [InlineData(@"a\|b", @"a\\\|b")]
    [InlineData("|`|", @"\|\`\|")]
    public void A_pipe_never_ends_a_cell(string name, string markdown) =>
        Assert.Equal(markdown, MarkdownWriter.Code(name));

    [Theory]
    [InlineData("[click](javascript:x)", @"\[click\](javascript:x)")]
    [InlineData("@everyone see #12", @"\@everyone see \#12")]
    [InlineData("http://evil.example", @"http\://evil.example")]
    [InlineData("www.evil.example", @"www\.evil.example")]
    [InlineData("<img src=x>", @"\<img src=x\>")]
    [InlineData("two\nlines", @"two\\x0alines")]
    [InlineData("10.80.0.64 is claimed 2 times", "10.80.0.64 is claimed 2 times")]
    public void Prose_makes_no_link_mention_or_markup(string text, string markdown) =>
        Assert.Equal(markdown, MarkdownWriter.Prose(text));
}
