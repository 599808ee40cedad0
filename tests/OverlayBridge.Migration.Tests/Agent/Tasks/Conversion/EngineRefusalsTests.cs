using OverlayBridge.Engines;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

public sealed class EngineRefusalsTests
{
    private const string Hangs = "It answered 500: attaching to network failed, make sure your network options are correct and check manager logs: context deadline exceeded";

    [Theory]
    [InlineData("It answered 500: task 10ad5f5d already exists: unknown", true)]
    [InlineData("It answered 403: network sandbox join failed: could not get network sandbox (oper true)", true)]
    [InlineData(Hangs, true)]
    [InlineData("It answered 404: network appnet not found", false)] // it asks anew at the next try
    [InlineData("It answered 403: endpoint with name web already exists in network appnet", false)]
    [InlineData("It answered 500: store is gone", false)]
    public async Task What_an_engine_cannot_do_for_what_it_was_killed_over_has_it_started_anew(string cause, bool isStartedAnew)
    {
        var refusals = new EngineRefusals();

        await Assert.ThrowsAsync<EngineException>(() => refusals.TryAsync("c1", () => throw new EngineException("Cannot start web.", cause, "")));

        Assert.Equal(isStartedAnew, refusals.CannotJoin);
        refusals.Starting();
        Assert.False(refusals.CannotJoin);
    }

    [Fact]
    public async Task Nobody_waits_for_the_containers_behind_one_whose_attachment_hangs()
    {
        var failure = new EngineException("Cannot start web.", Hangs, "");
        var isLetGo = false;

        var thrown = await Assert.ThrowsAsync<EngineException>(() => new EngineRefusals().EachAsync(
            ["c1", "c2"],
            async (container, token) =>
            {
                if (container == "c2")
                    throw failure;
                await using var release = token.Register(() => isLetGo = true);
                await Task.Delay(Timeout.Infinite, token);
            },
            TestContext.Current.CancellationToken));

        Assert.Same(failure, thrown);
        Assert.True(isLetGo);
    }

    [Fact]
    public async Task Another_failure_lets_the_containers_beside_it_start()
    {
        var begun = new TaskCompletionSource();
        var isStarted = false;

        var each = new EngineRefusals().EachAsync(
            ["c1", "c2"],
            async (container, token) =>
            {
                if (container == "c2")
                    throw new EngineException("Cannot start web.", "It answered 500: port is already allocated", "");
                await begun.Task.WaitAsync(token);
                isStarted = true;
            },
            TestContext.Current.CancellationToken);
        begun.SetResult();

        await Assert.ThrowsAsync<EngineException>(() => each);
        Assert.True(isStarted);
    }
}
