using System.Buffers.Binary;
using CsCheck;
using OverlayBridge.Lab.Nodes;

namespace OverlayBridge.Lab.Tests;

public class ResolverTests
{
    private static readonly byte[] Header = [0xAB, 0xCD, 0x01, 0x20, 0, 1, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] Question = [3, (byte)'f', (byte)'o', (byte)'o', 2, (byte)'e', (byte)'u', 0, 0, 1, 0, 1];

    [Fact]
    public void A_question_is_answered_with_no_such_name_under_the_same_id()
    {
        var answer = Resolver.Answer([.. Header, .. Question]);

        Assert.NotNull(answer);
        Assert.Equal(Header[..2], answer[..2]);
        Assert.Equal(0x8183, BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(2)) & 0xFF8F); // response, RD, RA, NXDOMAIN
        Assert.Equal([0, 1, 0, 0, 0, 0, 0, 0], answer[4..12]);
        Assert.Equal(Question, answer[12..]);
    }

    [Fact]
    public void Additional_records_such_as_EDNS_are_left_out_of_the_answer()
    {
        byte[] edns = [0, 0, 41, 16, 0, 0, 0, 0, 0, 0, 0];
        byte[] header = [.. Header[..11], 1];

        Assert.Equal(Resolver.Answer([.. Header, .. Question]), Resolver.Answer([.. header, .. Question, .. edns]));
    }

    [Fact]
    public void A_response_is_never_answered_so_that_two_servers_can_not_talk_for_ever()
    {
        byte[] header = [.. Header];
        header[2] |= 0x80;

        Assert.Null(Resolver.Answer([.. header, .. Question]));
    }

    [Fact]
    public void A_cut_off_question_is_not_answered()
    {
        byte[] query = [.. Header, .. Question];

        for (var length = 0; length < query.Length; length++)
            Assert.Null(Resolver.Answer(query.AsSpan(0, length)));
    }

    [Fact]
    public void No_bytes_make_it_throw_or_answer_with_more_than_it_was_asked() =>
        Gen.Select(Gen.Bool, Gen.Byte[0, 70].Array[0, 300]).Sample((withHeader, bytes) =>
        {
            byte[] query = withHeader ? [.. Header, .. bytes] : bytes;
            return (Resolver.Answer(query)?.Length ?? 0) <= query.Length;
        });
}
