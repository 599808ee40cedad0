using System.Threading.Channels;
using OverlayBridge.Store.Commands;

namespace OverlayBridge.Store.Replication;

/// <summary>
/// Commands on their way into the log. One loop takes what has come together while the last batch was being replicated,
/// sends it as one log entry (one flush, one round), and answers each command with its own result.
/// </summary>
internal sealed class ProposalQueue(Func<CommandBatch, Task> replicate, TimeProvider time)
{
    /// <summary>Beyond this many waiting commands callers wait to get in.</summary>
    private const int Capacity = 16 * 1024;

    private const int MaxBatchCommands = 512;
    private const int MaxBatchBytes = 1024 * 1024;

    private readonly Channel<Proposal> _proposals =
        Channel.CreateBounded<Proposal>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    private readonly Gathering _gathering = new(MaxBatchCommands, time);

    /// <summary>The command's result, or what <c>replicate</c> threw.</summary>
    public async Task<CommandResult> ProposeAsync(StoreCommand command, CancellationToken cancellationToken)
    {
        var proposal = new Proposal(command);
        try
        {
            await _proposals.Writer.WriteAsync(proposal, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException e)
        {
            throw new StoreRefusedException("This node is stopping", e);
        }
        _gathering.Come();
        using var leaving = cancellationToken.UnsafeRegister(static (proposal, token) => ((Proposal)proposal!).TrySetCanceled(token), proposal);
        return await proposal.Task.ConfigureAwait(false);
    }

    /// <summary>Runs until <see cref="Close"/> was called and everything accepted before is answered.</summary>
    public async Task RunAsync()
    {
        var batched = new List<Proposal>(MaxBatchCommands);
        while (await _proposals.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            await _gathering.WaitAsync().ConfigureAwait(false);
            var batch = new CommandBatch(time.GetUtcNow());
            batched.Clear();
            while (batched.Count < MaxBatchCommands && batch.Payload.Length < MaxBatchBytes &&
                   _proposals.Reader.TryRead(out var proposal))
            {
                batch.Add(proposal.Command);
                batched.Add(proposal);
            }
            _gathering.Begin(batched.Count);
            await SendAsync(batch, batched).ConfigureAwait(false);
        }
    }

    /// <summary>Takes no more.</summary>
    public void Close() => _proposals.Writer.TryComplete();

    private async Task SendAsync(CommandBatch batch, List<Proposal> proposals)
    {
        try
        {
            await replicate(batch).ConfigureAwait(false);
            // The engine may report success with another batch applied in our place: then nothing is known of ours.
            var results = batch.Results ?? throw new OutcomeUnknownException(
                "The outcome of the write is unknown: the leadership changed while it was under way");
            _gathering.End();
            for (var i = 0; i < proposals.Count; i++)
                proposals[i].TrySetResult(results[i]);
        }
        catch (Exception e)
        {
            _gathering.End();
            foreach (var proposal in proposals)
                proposal.TrySetException(e);
        }
    }

    private sealed class Proposal(StoreCommand command) : TaskCompletionSource<CommandResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public StoreCommand Command => command;
    }
}
