using OverlayBridge.Migration.Agent.Tasks.Moving;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>A host that is in the swarm while its store fails.</summary>
public sealed class ConvertHostStoreTests : IDisposable
{
    private const string Folder = $"docker/network/v1.0/endpoint/{Sample.NetworkId}/";

    private readonly ConvertedHost host = new();
    private int asked;

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task A_store_that_goes_on_failing_is_asked_as_often_as_an_attempt_allows_when_nothing_else_is_left_and_the_step_ends_in_its_words()
    {
        var broken = new SourceException("The store refuses a request.", "500", "Look at it.");
        Fail(broken);

        Assert.Same(broken, await Assert.ThrowsAsync<SourceException>(ConvertAsync));

        Assert.Equal(["Run holder-legacy1, which keeps the network present here"], host.Run.Changes);
        Assert.Equal(2 + 3, asked); // the first look, that before the holder is run, and then those that are waited for
        Assert.Null(host.Run.Passing.Meet(broken));
    }

    [Fact]
    public async Task A_store_that_is_away_is_waited_for_and_said_to_be_when_it_does_not_come_back()
    {
        Fail(new SourceException("The store cannot be reached.", "It is away.", "Bring it back.") { IsAway = true });

        Assert.Equal("The store does not answer.", (await Assert.ThrowsAsync<StepException>(ConvertAsync)).Message);

        Assert.Equal(2 + 60, asked);
    }

    [Fact]
    public async Task A_store_that_comes_back_in_time_has_its_records()
    {
        Fail(new SourceException("The store cannot be reached.", "It is away.", "Bring it back.") { IsAway = true }, times: 20);

        await ConvertAsync();

        Assert.Equal(["Run holder-legacy1, which keeps the network present here", "Write legacy records for db (legacy1 10.77.0.10)"], host.Run.Changes);
    }

    [Fact]
    public async Task What_the_store_does_not_allow_is_not_waited_for()
    {
        Fail(new SourceException("The store denies access.", "403", "Give another token.") { IsDenied = true });

        Assert.Equal("403", (await Assert.ThrowsAsync<SourceException>(ConvertAsync)).Cause);

        Assert.Equal(3, asked);
    }

    private void Fail(SourceException failure, int times = int.MaxValue) => host.Store.Fails = key => key == Folder && ++asked <= times ? failure : null;

    private async Task ConvertAsync()
    {
        await using var background = new Background();
        var step = host.ConvertAsync(background.Time, TestContext.Current.CancellationToken);
        await background.UntilAsync(() => step.IsCompleted);
        await step;
    }
}
