using OverlayBridge.Engines;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

public sealed class EngineRefusalsTests
{
    [Theory]
    [InlineData("It answered 500: task 10ad5f5d already exists: unknown", true)]
    [InlineData("It answered 403: network sandbox join failed: could not get network sandbox (oper true)", true)]
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
}
