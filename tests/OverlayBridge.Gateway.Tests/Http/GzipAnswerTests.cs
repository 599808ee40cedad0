using System.IO.Compression;
using CsCheck;
using Microsoft.AspNetCore.Http;
using OverlayBridge.Gateway.Http;

namespace OverlayBridge.Gateway.Tests.Http;

public sealed class GzipAnswerTests
{
    [Fact]
    public void Every_body_comes_back_whether_it_was_stored_or_compressed() =>
        Gen.Byte.Array[0, 400].Sample(body => Assert.Equal(body, Unpack(GzipAnswer.Pack(body))));

    [Fact]
    public void A_long_body_gets_shorter() => Assert.True(GzipAnswer.Pack(new byte[10_000]).Length < 200);

    [Theory]
    [InlineData(null, false)]
    [InlineData("gzip", true)]
    [InlineData("deflate, gzip;q=0.5", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("identity", false)]
    public void It_is_sent_to_those_who_take_it(string? accepted, bool expected)
    {
        var request = new DefaultHttpContext().Request;
        if (accepted is not null)
            request.Headers.AcceptEncoding = accepted;
        Assert.Equal(expected, GzipAnswer.IsTaken(request));
    }

    private static byte[] Unpack(ReadOnlyMemory<byte> packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
        var body = new MemoryStream();
        gzip.CopyTo(body);
        return body.ToArray();
    }
}
