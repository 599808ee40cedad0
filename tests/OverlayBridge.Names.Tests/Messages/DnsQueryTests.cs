using CsCheck;
using OverlayBridge.Names.Answers;
using OverlayBridge.Names.Messages;

namespace OverlayBridge.Names.Tests.Messages;

public sealed class DnsQueryTests
{
    private static readonly Gen<string> Labels = Gen.Char.AlphaNumeric.Array[1, 63].Select(letters => new string(letters));

    [Fact]
    public void A_name_type_and_size_that_were_written_are_read() =>
        (from labels in Labels.Array[0, 3] from type in Gen.OneOf(RecordType.A, RecordType.Aaaa, RecordType.Ptr, (RecordType)257) from edns in Gen.Int[0, 65535].Nullable() select (labels, type, edns))
        .Sample(given =>
        {
            var message = Bytes.Query(string.Join('.', given.labels), given.type, ednsLength: given.edns);
            Span<char> name = stackalloc char[DnsQuery.NameLengthMax];

            Assert.Equal(ResponseCode.NoError, DnsQuery.Read(message, name, out var query));

            Assert.Equal(string.Join('.', given.labels).ToLowerInvariant(), query.Name.ToString());
            Assert.True(query.IsPlain);
            Assert.Equal(given.type, query.Type);
            Assert.Equal((given.edns is not null, Math.Max(given.edns ?? 0, 512)), (query.HasEdns, query.UdpLength));
        });

    [Fact]
    public void Whatever_the_bytes_nothing_is_thrown_and_no_answer_is_longer_than_allowed()
    {
        var view = Sample.View(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 53));
        Gen.Byte.Array[0, 600].Sample(bytes => Check(bytes, view), iter: 50_000);
    }

    [Fact]
    public void Nor_for_a_query_with_bytes_changed_and_cut_off()
    {
        var view = Sample.View();
        var queries = new[] { Bytes.Query("db", RecordType.A, ednsLength: 4096), Bytes.Query("api.appnet", RecordType.A), Bytes.Query("2.0.60.10.in-addr.arpa", RecordType.Ptr) };
        (from query in Gen.Int[0, 2].Select(number => queries[number]) from at in Gen.Int[0, query.Length - 1] from value in Gen.Byte from length in Gen.Int[0, query.Length] select (query, at, value, length)).Sample(
            change =>
            {
                var changed = change.query.ToArray();
                changed[change.at] = change.value;
                Check(changed[..change.length], view);
            },
            iter: 50_000);
    }

    [Theory]
    [InlineData("\x12\x34\x01\x00\x00\x02\x00\x00\x00\x00\x00\x00", ResponseCode.FormatError)] // two questions
    [InlineData("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", ResponseCode.FormatError)] // none of the one announced
    [InlineData("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\xC0\x0C\x00\x01\x00\x01", ResponseCode.FormatError)] // a name that points at itself
    [InlineData("\x12\x34\x29\x00\x00\x00\x00\x00\x00\x00\x00\x00", ResponseCode.NotImplemented)] // an update
    [InlineData("\x12\x34\x01\x00\x00\x01\xFF\xFF\xFF\xFF\xFF\xFF\x00\x00\x01\x00\x01", ResponseCode.FormatError)] // 196,605 more records
    [InlineData("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x03", ResponseCode.Refused)] // class CHAOS
    public void A_query_that_cannot_be_answered_is_told_why(string bytes, ResponseCode code)
    {
        var message = bytes.Select(letter => (byte)letter).ToArray();
        Span<byte> response = stackalloc byte[DnsResponse.OwnUdpLength];

        var answer = Answerer.Answer(message, Sample.View(), Sample.View().Others, 0, byTcp: false, response);

        Assert.Equal((AnswerKind.Refused, code), (answer.Kind, Bytes.Code(response)));
        Assert.Equal(message[..2], response[..2].ToArray());
    }

    private static void Check(byte[] bytes, Views.NameView view)
    {
        var response = new byte[Answerer.TcpLength];
        var answer = Answerer.Answer(bytes, view, view.Others, 0, byTcp: false, response.AsSpan(0, DnsResponse.OwnUdpLength));
        var byTcp = Answerer.Answer(bytes, view, view.Others, 0, byTcp: true, response);

        Assert.InRange(answer.Length, 0, DnsResponse.OwnUdpLength);
        Assert.Equal(answer.Kind, byTcp.Kind);
        if (answer.Kind == AnswerKind.Forward)
            Assert.InRange(Answerer.Fail(bytes, ResponseCode.ServerFailure, response), DnsQuery.HeaderLength, DnsResponse.OwnUdpLength);
        if (answer.Length > 0)
            Assert.NotEqual(0, response[2] & 0x80);
    }
}
