using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Replication;
using static OverlayBridge.Store.TestStore;

namespace OverlayBridge.Store.Tests.Replication;

public sealed class ProposalQueueTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commands_that_come_together_share_a_batch_and_each_gets_its_own_result()
    {
        var gate = new TaskCompletionSource();
        var sizes = new List<int>();
        var queue = new ProposalQueue(async batch =>
        {
            await gate.Task;
            var (id, _, commands) = CommandBatch.Read(batch.Payload.Span);
            sizes.Add(commands.Count);
            batch.Complete(id, [.. commands.Select(CommandResult (command) => new WriteResult(true, ((SetCommand)command).Flags))]);
        }, TimeProvider.System);
        var writing = Enumerable.Range(0, 1000).Select(i => queue.ProposeAsync(Set("a", "1", (ulong)i), Token)).ToList();
        var running = queue.RunAsync();
        gate.SetResult();
        var results = await Task.WhenAll(writing);
        queue.Close();
        await running;
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => new WriteResult(true, (ulong)i)), results);
        Assert.Equal([512, 488], sizes);
    }

    [Fact]
    public async Task A_batch_in_whose_place_another_was_applied_ends_with_an_unknown_outcome()
    {
        var queue = new ProposalQueue(batch =>
        {
            batch.Complete(Guid.NewGuid(), [new WriteResult(true, 1)]);
            return Task.CompletedTask;
        }, TimeProvider.System);
        var writing = queue.ProposeAsync(Set("a", "1"), Token);
        queue.Close();
        await queue.RunAsync();
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => writing);
    }

    [Fact]
    public async Task What_was_accepted_before_closing_is_answered_and_what_comes_after_is_refused()
    {
        var queue = new ProposalQueue(batch =>
        {
            var (id, _, commands) = CommandBatch.Read(batch.Payload.Span);
            batch.Complete(id, [.. commands.Select(CommandResult (_) => new WriteResult(true, 1))]);
            return Task.CompletedTask;
        }, TimeProvider.System);
        var accepted = queue.ProposeAsync(Set("a", "1"), Token);
        queue.Close();
        await Assert.ThrowsAsync<StoreRefusedException>(() => queue.ProposeAsync(Set("b", "1"), Token));
        await queue.RunAsync();
        Assert.Equal(new WriteResult(true, 1), await accepted);
    }
}
