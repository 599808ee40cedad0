using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace OverlayBridge.Migration.Agent.Takeover;

public sealed class WatchRestartTests : IDisposable
{
    private const string Folder = "docker/nodes";

    private readonly KeyStore store = new();

    public void Dispose() => store.Dispose();

    [Theory]
    [InlineData("docker/", "docker/nodes")]
    [InlineData("prod/docker/", "prod/docker/nodes")]
    [InlineData("prod/", "prod/docker/nodes")]
    [InlineData("", "docker/nodes")]
    public void The_folder_of_registered_hosts_is_found_below_the_prefix(string prefix, string folder) =>
        Assert.Equal(folder, WatchRestart.Folder(prefix));

    [Theory]
    [InlineData("")]
    [InlineData("\u0001\u0002")]
    [InlineData(null)]
    public async Task Whoever_waits_for_the_folder_is_woken_and_its_value_is_as_it_was(string? value)
    {
        if (value is not null)
            store.Set(Folder, Encoding.UTF8.GetBytes(value));
        var before = store.Changes;
        await using var agent = new Background();
        Start(agent, "h1").Ask("docker/");
        await agent.UntilAsync(() => store.Changes > before && store[Folder] == (value ?? ""));
    }

    [Fact]
    public async Task Of_hosts_that_are_redirected_together_a_few_write_and_leave_the_value_as_it_is()
    {
        store.Set(Folder, [1, 2]);
        await using var agents = new Background();
        foreach (var host in Enumerable.Range(1, 20).Select(static number => $"h{number}"))
            Start(agents, host).Ask("docker/");
        await agents.UntilAsync(() => store.CountWrites(Folder) >= 20);
        await agents.UntilAsync(() => store[Folder] == "\u0001\u0002");

        // Those that read before the first one wrote, twice each; the clock of the test moves while they do.
        Assert.InRange(store.Changes, 3UL, 20UL);
    }

    [Fact]
    public async Task A_mark_that_another_host_left_is_taken_away()
    {
        store.Set(Folder, [1, 2, (byte)' ']);
        await using var agent = new Background();
        Start(agent, "h1").Ask("docker/");
        await agent.UntilAsync(() => store[Folder] == "\u0001\u0002");
    }

    [Fact]
    public async Task What_an_engine_writes_meanwhile_stays()
    {
        store.Set(Folder, [1, 2]);
        store.BeforeWrite.Enqueue(static _ => { });
        store.BeforeWrite.Enqueue(key => store.Set(key, [3]));
        await using var agent = new Background();
        Start(agent, "h1").Ask("docker/");
        await agent.UntilAsync(() => store.CountWrites(Folder) == 2);
        Assert.Equal("\u0003", store[Folder]);
    }

    [Fact]
    public async Task A_store_that_is_away_is_told_once_it_is_back()
    {
        store.IsAway = true;
        await using var agent = new Background();
        Start(agent, "h1").Ask("docker/");
        await agent.UntilAsync(() => store.Refused > 2);
        store.IsAway = false;
        await agent.UntilAsync(() => store[Folder] is not null);
    }

    [Fact]
    public async Task A_store_that_denies_it_is_not_asked_again()
    {
        store.Denies = static _ => true;
        await using var agent = new Background();
        Start(agent, "h1").Ask("docker/");
        await agent.UntilAsync(() => store.CountWrites(Folder) == 1);
        var until = agent.Time.GetUtcNow().AddSeconds(60);
        await agent.UntilAsync(() => agent.Time.GetUtcNow() > until);
        Assert.Equal(1, store.CountWrites(Folder));
    }

    private WatchRestart Start(Background background, string host)
    {
        var watches = new WatchRestart(store, background.Absence, host, background.Time, NullLogger.Instance);
        background.Run(watches.RunAsync);
        return watches;
    }
}
