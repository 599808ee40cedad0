using CsCheck;

namespace OverlayBridge.Store.Durations;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("15000ms", 15_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData(".5s", 500)]
    [InlineData("1.s", 1_000)]
    [InlineData("-2s", -2_000)]
    [InlineData("+2s", 2_000)]
    [InlineData("1500us", 1.5)]
    [InlineData("1500\u00b5s", 1.5)]
    public void Durations_are_read_as_Go_reads_them(string text, double milliseconds)
    {
        Assert.True(GoDuration.TryParse(text, out TimeSpan duration));
        Assert.Equal(TimeSpan.FromMicroseconds(milliseconds * 1000), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("abc")]
    [InlineData("-")]
    [InlineData(".s")]
    [InlineData("1..5s")]
    [InlineData("1s5")]
    [InlineData("1 s")]
    [InlineData("1d")]
    [InlineData("9223372036854775808ns")]
    [InlineData("2562048h")]
    [InlineData("99999999999999999999999999999999999s")]
    public void What_Go_refuses_is_refused(string text) => Assert.False(GoDuration.TryParse(text, out TimeSpan _));

    [Fact]
    public void No_text_makes_it_throw() =>
        Gen.OneOf(Gen.String, Gen.String["0123456789.hmsnu+-"]).Sample(text =>
        {
            _ = GoDuration.TryParse(text, out TimeSpan _);
        });
}
