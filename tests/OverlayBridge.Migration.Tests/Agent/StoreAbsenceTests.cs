using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Agent;

/// <summary>The clock moves only when all that it set off has been seen, so that nothing here depends on the machine.</summary>
public sealed class StoreAbsenceTests : IAsyncDisposable
{
    private const int Loops = 14;

    private static readonly SourceException Away = new("away", "away", "wait") { IsAway = true };
    private static readonly SourceException Refused = new("refused", "refused", "ask for something else");

    private readonly Background background = new();
    private readonly int[] tries = new int[Loops];
    private volatile bool isBack;

    public ValueTask DisposeAsync() => background.DisposeAsync();

    [Fact]
    public async Task Of_all_loops_of_an_agent_one_asks_a_store_that_is_away()
    {
        await LoseAsync(token => background.Absence.WaitAsync(Away, token));
        for (var round = 1; round <= 25; round++) // before the others ask too
        {
            background.Time.Advance(TimeSpan.FromMilliseconds(300));
            await background.AtOnceAsync(() => tries.Sum() >= Loops + round);
            Assert.Equal(Loops + round, tries.Sum());
        }
    }

    [Fact]
    public async Task With_the_first_answer_all_go_on_at_once()
    {
        await LoseAsync(token => background.Absence.WaitAsync(Away, token));
        isBack = true;
        background.Time.Advance(TimeSpan.FromMilliseconds(300));
        await background.AtOnceAsync(() => tries.All(static count => count == 2));
    }

    [Fact]
    public async Task A_store_that_was_away_for_a_day_is_noticed_a_second_or_so_after_its_return()
    {
        await LoseAsync(token => background.Absence.WaitAsync(Away, token));
        background.Time.Advance(TimeSpan.FromDays(1)); // all ask, and one of them soon again
        await background.AtOnceAsync(() => tries.Sum() == 2 * Loops);
        isBack = true;
        background.Time.Advance(TimeSpan.FromSeconds(1.2));
        await background.AtOnceAsync(() => tries.All(static count => count == 3));
    }

    [Fact]
    public async Task When_the_one_that_asks_hangs_the_others_ask_too()
    {
        var asked = 0;
        for (var loop = 0; loop < 3; loop++)
            background.Run(async token =>
            {
                await background.Absence.WaitAsync(Away, token);
                Interlocked.Increment(ref asked); // and never comes back
            });
        background.Time.Advance(TimeSpan.FromMilliseconds(300));
        await background.AtOnceAsync(() => Volatile.Read(ref asked) == 1);
        background.Time.Advance(TimeSpan.FromSeconds(12));
        await background.AtOnceAsync(() => Volatile.Read(ref asked) == 3);
    }

    [Fact]
    public async Task One_that_is_cancelled_leaves_the_asking_to_the_next()
    {
        using var stop = new CancellationTokenSource();
        var first = background.Absence.WaitAsync(Away, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        var next = background.Absence.WaitAsync(Away, TestContext.Current.CancellationToken);
        background.Time.Advance(TimeSpan.FromMilliseconds(300));
        await next;
    }

    [Fact]
    public async Task What_fails_for_one_loop_alone_is_no_absence_and_tried_ever_less_often()
    {
        var use = new StoreUse("follow something", background.Absence, background.Time, NullLogger.Instance);
        foreach (var pause in (int[])[100, 200, 400, 800])
        {
            var waiting = use.PauseAsync(Refused, TestContext.Current.CancellationToken);
            background.Time.Advance(TimeSpan.FromMilliseconds(pause - 1));
            background.Absence.Answered(); // others have answers
            Assert.False(waiting.IsCompleted);
            background.Time.Advance(TimeSpan.FromMilliseconds(1));
            await waiting;
        }
    }

    /// <summary>All loops lose the store in one moment; each asks whenever its wait ends, until it has an answer.</summary>
    private async Task LoseAsync(Func<CancellationToken, Task> waitAsync)
    {
        for (var loop = 0; loop < Loops; loop++)
        {
            var own = loop;
            background.Run(async token =>
            {
                tries[own]++;
                do
                {
                    await waitAsync(token);
                    Interlocked.Increment(ref tries[own]);
                }
                while (!isBack);
                background.Absence.Answered();
            });
        }
        await background.AtOnceAsync(() => tries.Sum() == Loops);
    }
}
