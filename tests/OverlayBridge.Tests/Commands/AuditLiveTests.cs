using OverlayBridge.Demo;
using OverlayBridge.Terminal;

namespace OverlayBridge.Tests.Commands;

/// <summary><c>audit</c> of a live store: a control node that runs inside the test.</summary>
public sealed class AuditLiveTests : IAsyncLifetime
{
    private const string Waiting = "s to read bridge://";

    private readonly TemporaryFolder _folder = new();
    private DemoNode _node = null!;

    public async ValueTask InitializeAsync()
    {
        _node = DemoNode.Start(_folder.File("node"), new Surroundings { Output = TextWriter.Null, Error = TextWriter.Null });
        await _node.WaitUntilReadyAsync(TimeProvider.System, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("consul-damaged", "0.01", 2, true)]
    [InlineData("consul-damaged", "0", 2, false)]
    [InlineData("consul-healthy", "0.01", 0, false)]
    public async Task It_is_read_again_only_where_there_is_something_to_confirm(string store, string seconds, int code, bool isReadAgain)
    {
        var import = await CommandRun.RunAsync("import", TestFiles.Fixture($"{store}/kv-recurse.json"), "--to", _node.State);

        var audit = await CommandRun.RunAsync("audit", _node.State, "--again", seconds);

        Assert.Equal((0, code), (import.ExitCode, audit.ExitCode));
        Assert.Equal(isReadAgain, audit.Error.Contains(Waiting, StringComparison.Ordinal));
    }
}
