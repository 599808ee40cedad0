using OverlayBridge.Store.Replication;

namespace OverlayBridge.Store.Tests.Replication;

public sealed class SharedRequestTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_comes_while_one_is_under_way_shares_the_next_and_never_gets_an_answer_older_than_the_question()
    {
        var answers = new List<TaskCompletionSource<int>>();
        var begun = new SemaphoreSlim(0);
        var shared = new SharedRequest<int>(() =>
        {
            answers.Add(new TaskCompletionSource<int>());
            begun.Release();
            return answers[^1].Task;
        }, TimeProvider.System);
        var first = shared.SendAsync(Token);
        await begun.WaitAsync(Token);
        var later = Enumerable.Range(0, 100).Select(_ => shared.SendAsync(Token)).ToList();
        answers[0].SetResult(1);
        Assert.Equal(1, await first);
        await begun.WaitAsync(Token);
        answers[1].SetResult(2);
        Assert.All(await Task.WhenAll(later), answer => Assert.Equal(2, answer));
        Assert.Equal(2, answers.Count);
    }

    [Fact]
    public async Task A_request_that_fails_fails_those_who_shared_it_and_not_the_next()
    {
        var count = 0;
        var shared = new SharedRequest<int>(() => ++count == 1 ? throw new NoLeaderException("No cluster leader") : Task.FromResult(count), TimeProvider.System);
        await Assert.ThrowsAsync<NoLeaderException>(() => shared.SendAsync(Token));
        Assert.Equal(2, await shared.SendAsync(Token));
    }
}
