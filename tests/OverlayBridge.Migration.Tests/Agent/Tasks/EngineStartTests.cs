namespace OverlayBridge.Migration.Agent.Tasks;

public sealed class EngineStartTests
{
    [Fact]
    public async Task An_engine_that_is_killed_while_it_starts_is_started_again()
    {
        await using var background = new Background();
        var starts = 0;
        var isUp = false;

        background.Run(async token =>
        {
            await EngineStart.RunAsync(() => Task.FromResult(++starts), () => Task.FromResult(starts == 2), background.Time, token);
            isUp = true;
        });

        await background.UntilAsync(() => isUp);
        Assert.Equal(2, starts);
    }

    [Fact]
    public async Task An_engine_that_does_not_come_up_fails_the_step()
    {
        await using var background = new Background();
        StepException? failure = null;

        background.Run(async token => failure = await Assert.ThrowsAsync<StepException>(
            () => EngineStart.RunAsync(static () => Task.CompletedTask, static () => Task.FromResult(false), background.Time, token)));

        await background.UntilAsync(() => failure is not null);
        Assert.Equal("The engine does not answer 120 s after it was started.", failure!.Message);
    }
}
