using System.Text;
using CsCheck;
using OverlayBridge.Gateway.Http;

namespace OverlayBridge.Gateway.Tests.Http;

public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("/v1/kv/a%2Fb", "/v1/kv/a/b", null)]
    [InlineData("/v1/kv/a+b?x=1?y", "/v1/kv/a+b", "x=1?y")]
    [InlineData("http://host:8500/v1/kv/a?q", "/v1/kv/a", "q")]
    [InlineData("http://host:8500", "/", null)]
    public void A_target_is_decoded_once_and_split_at_the_first_question_mark(string target, string path, string? query)
    {
        var parsed = RequestTarget.Parse(target);
        Assert.Equal(path, Encoding.UTF8.GetString(parsed!.Path));
        Assert.Equal(query, parsed.RawQuery);
    }

    [Theory]
    [InlineData("/a%")]
    [InlineData("/a%2")]
    [InlineData("/a%zz")]
    public void A_malformed_escape_is_refused(string target) => Assert.Null(RequestTarget.Parse(target));

    [Theory]
    [InlineData("/v1//kv/a", "/v1/kv/a")]
    [InlineData("/v1/kv/a/../b?x", "/v1/kv/b?x")]
    [InlineData("/v1/kv/a%2F%2Fb%20c", "/v1/kv/a/b%20c")]
    [InlineData("/../..", "/")]
    [InlineData("/v1/kv/a/./", "/v1/kv/a/")]
    [InlineData("/v1/kv/...", null)]
    [InlineData("/v1/kv/a/", null)]
    public void A_path_that_Go_would_clean_is_sent_on(string target, string? location) =>
        Assert.Equal(location, RequestTarget.Parse(target)!.CleanLocation());

    [Fact]
    public void A_cleaned_location_is_clean_and_no_target_makes_it_throw() =>
        Gen.OneOf(Gen.String["/.ab%2F"], Gen.String).Sample(text =>
        {
            var location = RequestTarget.Parse("/" + text)?.CleanLocation();
            if (location is not null)
                Assert.Null(RequestTarget.Parse(location)!.CleanLocation());
        });

    [Fact]
    public void No_query_makes_it_throw() => Gen.OneOf(Gen.String["&;=%2F+a"], Gen.String).Sample(text =>
    {
        var query = QueryParameters.Parse(text);
        _ = (query?.Get("a"), query?.Encode());
    });
}
