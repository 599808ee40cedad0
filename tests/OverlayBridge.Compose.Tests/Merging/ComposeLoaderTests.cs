namespace OverlayBridge.Compose.Tests.Merging;

public sealed class ComposeLoaderTests
{
    [Theory]
    [InlineData("services: {a: {extends: b}, b: {extends: a}}", "a.yml:1:42", "extends itself")]
    [InlineData("services: {a: {extends: {service: x, file: a.yml}}}", "a.yml:1:25", "no service 'x'")]
    [InlineData("services: {a: {extends: {file: a.yml}}}", "a.yml:1:25", "names no service")]
    [InlineData("include: [{path: a.yml, env_file: .env}]", "a.yml:1:11", "more than paths")]
    [InlineData("include: [a.yml]", "a.yml", "include each other")]
    [InlineData("services: {a: {extends: {service: a, file: gone.yml}}}", "Cannot read gone.yml", "Cannot read")]
    [InlineData("services: {a: {networks: [x]}}", "a.yml:1:27", "does not define")]
    [InlineData("services: {a: [1]}", "a.yml:1:15", "'a' is a list")]
    [InlineData("services: {a: {dns: {b: c}}}", "a.yml:1:21", "'dns' is a mapping")]
    [InlineData("services: {a: {scale: many}}", "a.yml:1:23", "'many'")]
    [InlineData("services: {a: {networks: [[1]]}}", "a.yml:1:27", "An item of this list is a list")]
    [InlineData("networks: {a: {external: maybe}}", "a.yml:1:26", "true or false", true)]
    public void What_cannot_be_read_is_told_with_its_place(string text, string place, string message, bool inReason = false)
    {
        var failure = Assert.Throws<ComposeException>(() => ComposeFileSet.Read([new("a.yml", text)], Texts.Settings(), new Texts(("a.yml", text))));

        Assert.StartsWith(place, failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, inReason ? failure.Why : failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.Remedy);
    }

    [Fact]
    public void Every_value_keeps_the_place_it_came_from()
    {
        var files = Texts.Read(
            """
            services:
              web:
                image: a
                links: [db]
              db: {image: b}
            """,
            """
            services:
              web:
                image: c
                links: [db:x]
                networks: {net: {ipv4_address: 10.0.0.1}}
            networks: {net: {external: true}}
            """);

        Assert.Equal("a.yml:4:13", files.Locate(["services", "web", "links", "db"]).ToString());
        Assert.Equal("b.yml:4:13", files.Locate(["services", "web", "links", "db:x"]).ToString());
        Assert.Equal("b.yml:5:22", files.Locate(["services", "web", "networks", "net", "ipv4_address"]).ToString());
        Assert.Equal("b.yml:3:5", files.Locate(["services", "web", "image"]).ToString());
        Assert.Equal("a.yml:2:3", files.Locate(["services", "web", "dns"]).ToString());
    }

    [Fact]
    public void Variables_without_a_value_are_named() =>
        Assert.Equal(["GONE", "LOST"], Texts.Read("services: {web: {image: '$LOST', container_name: 'a${GONE}'}}").UnsetVariables);

    [Fact]
    public void A_service_of_a_profile_that_is_not_in_use_is_left_out()
    {
        const string text = "services: {web: {image: a}, debug: {image: b, profiles: [x]}}";

        var without = ComposeFileSet.Read([new("a.yml", text)], Texts.Settings(), new Texts()).Project;
        var all = ComposeFileSet.Read([new("a.yml", text)], Texts.Settings() with { Profiles = ["*"] }, new Texts()).Project;

        Assert.Equal(["web"], without.Services.Keys);
        Assert.Equal(["debug"], without.Inactive);
        Assert.Equal(["debug", "web"], all.Services.Keys);
    }
}
