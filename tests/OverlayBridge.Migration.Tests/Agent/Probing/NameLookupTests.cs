using CsCheck;

namespace OverlayBridge.Migration.Agent.Probing;

public sealed class NameLookupTests
{
    [Fact]
    public void A_question_is_as_RFC_1035_has_it()
    {
        var (message, id) = NameLookup.Question("db.appnet.");

        Assert.Equal(id, (message[0] << 8) | message[1]);
        Assert.Equal([1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2, (byte)'d', (byte)'b', 6, .. "appnet"u8, 0, 0, 1, 0, 1], message[2..]);
    }

    [Fact]
    public void The_first_address_is_taken_from_an_answer_with_a_CNAME_before_it()
    {
        byte[] answer =
        [
            1, 2, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0, 2, (byte)'d', (byte)'b', 0, 0, 1, 0, 1,
            0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 0, 0, 2, 0xC0, 12,
            0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 10, 60, 0, 2,
        ];

        Assert.True(NameLookup.IsAnswer(answer, 0x0102));
        Assert.False(NameLookup.IsAnswer(answer, 0x0103));
        Assert.Equal(["10.60.0.2"], NameLookup.Addresses(answer).Select(static address => address.ToString()));
        Assert.Empty(NameLookup.Addresses(answer.AsSpan(0, answer.Length - 1)));
    }

    [Fact]
    public void No_message_makes_it_throw() => Gen.Byte.Array[12, 80].Sample(static message =>
    {
        NameLookup.IsAnswer(message, 1);
        NameLookup.Addresses(message);
    });

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("ä")]
    public void What_is_no_name_is_no_question(string name) => Assert.Throws<HttpRequestException>(() => NameLookup.Question(name));
}
