using OverlayBridge.Lab.Commands;

namespace OverlayBridge.Lab.Tests;

public class LiteralArgumentsTests
{
    [Theory]
    [InlineData("exec h1 docker ps", "exec h1 -- docker ps")]
    [InlineData("exec h1 docker run --name x lab:1", "exec h1 -- docker run --name x lab:1")]
    [InlineData("exec --name other h1 docker ps -a", "exec --name other h1 -- docker ps -a")]
    [InlineData("exec --name=other h1 docker ps -a", "exec --name=other h1 -- docker ps -a")]
    public void What_follows_the_host_is_the_command(string given, string expected) =>
        Assert.Equal(expected.Split(' '), LiteralArguments.After("exec", given.Split(' ')));

    [Theory]
    [InlineData("exec h1 -- docker ps")]
    [InlineData("exec --help")]
    [InlineData("exec")]
    [InlineData("exec h1")]
    [InlineData("up --name other --legacy 1")]
    public void Other_arguments_stay_as_they_are(string given) =>
        Assert.Equal(given.Split(' '), LiteralArguments.After("exec", given.Split(' ')));
}
