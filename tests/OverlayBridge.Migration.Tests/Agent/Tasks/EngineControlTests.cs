namespace OverlayBridge.Migration.Agent.Tasks;

public sealed class EngineControlTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void What_the_file_leaves_out_is_as_with_systemd()
    {
        File.WriteAllText(path, """{"versions": {"26.1.5": ["/bin/start-26", "now"]}}""");

        var control = EngineControl.Read(path);

        Assert.Equal(["systemctl", "start", "docker.service"], control.StartOf(null)!.Value);
        Assert.Equal(["/bin/start-26", "now"], control.StartOf("26.1.5")!.Value);
        Assert.Null(control.StartOf("27.0"));
        Assert.Equal("/etc/docker/daemon.json", control.DaemonJson);
    }

    [Theory]
    [InlineData("""{"stop": []}""", "stop names no program")]
    [InlineData("""{"versions": {"26": [""]}}""", "versions.26 names no program")]
    [InlineData("""{"stopp": ["x"]}""", "line 1")]
    [InlineData("{\n\"stop\": \"x\"}", "line 2")]
    [InlineData("null", "null")]
    public void A_wrong_file_is_refused_with_what_and_where(string text, string words)
    {
        File.WriteAllText(path, text);

        Assert.Contains(words, Assert.Throws<FormatException>(() => EngineControl.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_fails_is_told_with_its_own_words()
    {
        var failed = await Assert.ThrowsAsync<StepException>(static () => EngineCommands.RunAsync(["sh", "-c", "echo no room >&2; exit 3"], "stops the engine", TestContext.Current.CancellationToken));
        Assert.Contains("code 3: no room", failed.Message, StringComparison.Ordinal);
        var missing = await Assert.ThrowsAsync<StepException>(static () => EngineCommands.RunAsync(["/nowhere/x"], "starts the engine", TestContext.Current.CancellationToken));
        Assert.Contains("cannot be run", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_command_starts_may_keep_its_streams_open() =>
        await EngineCommands.RunAsync(["sh", "-c", "sleep 5 & exit 0"], "starts the engine", TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
}
