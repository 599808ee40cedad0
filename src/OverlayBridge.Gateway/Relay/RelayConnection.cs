using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace OverlayBridge.Gateway.Relay;

/// <summary>
/// A client's connection: request by request through the gate, those of the old store byte for byte there and back. A request stays in the
/// client's buffer until it is clear who answers it, so that the connection as it is can be handed over to this cluster's HTTP.
/// </summary>
internal sealed class RelayConnection : IAsyncDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);

    private readonly ConnectionContext _client;
    private readonly RelayGate _gate;
    private readonly OldStore _old;
    private readonly RelayOptions _options;
    private readonly RelayMetrics _metrics;
    private readonly CancellationTokenSource _gone = new();
    private readonly CancellationTokenRegistration _closed;
    private readonly CancellationToken _stopping;
    private OldStoreConnection? _upstream;

    /// <summary>When the old store was lost for the first time while the present request waited for its answer.</summary>
    private long? _lost;

    public RelayConnection(ConnectionContext client, RelayGate gate, OldStore old, RelayOptions options, RelayMetrics metrics)
    {
        (_client, _gate, _old, _options, _metrics) = (client, gate, old, options, metrics);
        _stopping = client.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        // One that sends no more may still be reading.
        _closed = client.ConnectionClosed.Register(() => _gone.CancelAfter(_options.Grace));
    }

    /// <summary>What follows from a request.</summary>
    private enum Next
    {
        Request,
        Close,
        HandOver,

        /// <summary>Nothing was done and nothing answered: the same request again.</summary>
        Again,
    }

    private PipeReader Input => _client.Transport.Input;

    private PipeWriter Output => _client.Transport.Output;

    /// <summary>Relays until the connection ends.</summary>
    /// <returns>True: this cluster's HTTP is to go on with it, from the request that stands first in its buffer.</returns>
    public async Task<bool> RunAsync()
    {
        try
        {
            while (true)
            {
                var (next, head) = await ReadHeadAsync().ConfigureAwait(false);
                if (head is not null)
                    next = await AnswerAsync(head).ConfigureAwait(false);
                if (next is Next.Close or Next.HandOver)
                    return next == Next.HandOver;
            }
        }
        catch (Exception e) when (e is IOException || e is OperationCanceledException && (IsGone || _stopping.IsCancellationRequested))
        {
            // The client is gone or the process ends; or one side broke off in the middle, and so does the other then.
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DropAsync().ConfigureAwait(false);
        await _closed.DisposeAsync().ConfigureAwait(false);
        _gone.Dispose();
    }

    private bool IsGone => _gone.IsCancellationRequested || _client.ConnectionClosed.IsCancellationRequested;

    private async ValueTask DropAsync()
    {
        if (_upstream is { } upstream)
            await upstream.DisposeAsync().ConfigureAwait(false);
        _upstream = null;
    }

    /// <summary>The next request's head, left in the buffer and not yet examined as far as it is new, so that whoever reads next finds it.</summary>
    private async ValueTask<(Next, RequestHead?)> ReadHeadAsync()
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(_stopping, _gate.Serving);
        var (end, examined) = (new HeadEnd(), 0L);
        while (true)
        {
            ReadResult read;
            try
            {
                read = await Input.ReadAsync(idle.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_gate.Serving.IsCancellationRequested)
            {
                return (Next.HandOver, null);
            }
            var buffer = read.Buffer;
            if (end.TryFind(buffer, out var length) || buffer.Length > _options.MaxHeadBytes)
            {
                var head = length == 0 ? RequestHead.Unclear : RequestHead.Parse(System.Buffers.BuffersExtensions.ToArray(buffer.Slice(0, length)));
                Input.AdvanceTo(buffer.Start, buffer.GetPosition(examined));
                return (Next.Request, head);
            }
            examined = buffer.Length;
            Input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
                return (Next.Close, null);
        }
    }

    private async ValueTask<Next> AnswerAsync(RequestHead head)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(_stopping, _client.ConnectionClosed);
        var next = Next.Again;
        while (next == Next.Again)
        {
            // A request that the client was still sending when it said goodbye is carried out all the same; one that has to wait is not.
            using var pass = await _gate.EnterAsync(isWrite: !head.IsRead, waiting.Token).ConfigureAwait(false);
            next = pass.Verdict switch
            {
                RelayVerdict.Serve => Next.HandOver,
                RelayVerdict.Refuse => await RefuseAsync(head).ConfigureAwait(false),
                _ => await PassOnAsync(head, pass.Era).ConfigureAwait(false),
            };
        }
        return next;
    }

    private async ValueTask<Next> PassOnAsync(RequestHead head, CancellationToken era)
    {
        if (_upstream is { IsOver: true })
            await DropAsync().ConfigureAwait(false);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(era, _gone.Token);
        try
        {
            _upstream ??= await _old.ConnectAsync(waiting.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (era.IsCancellationRequested)
        {
            return Next.Again;
        }
        if (_upstream is null)
        {
            _metrics.Refused.Add(1);
            return await RefuseAsync(head).ConfigureAwait(false);
        }
        _metrics.Passed.Add(1);
        return head.IsRead ? await AskAsync(head, waiting.Token, era).ConfigureAwait(false) : await WriteAsync(head).ConfigureAwait(false);
    }

    /// <summary>A read: as long as nothing of its answer has come, it can be taken back and sent again, to the old store or to this one.</summary>
    private async ValueTask<Next> AskAsync(RequestHead head, CancellationToken waiting, CancellationToken era)
    {
        try
        {
            await _upstream!.SendAsync(head.Bytes, waiting).ConfigureAwait(false);
            var first = await _upstream.Input.ReadAsync(waiting).ConfigureAwait(false);
            _upstream.Input.AdvanceTo(first.Buffer.Start);
            if (first.Buffer.IsEmpty)
                throw new IOException("The old store closed the connection without an answer.");
        }
        catch (OperationCanceledException) when (era.IsCancellationRequested)
        {
            _metrics.Parked.Add(1);
            await DropAsync().ConfigureAwait(false);
            return Next.Again;
        }
        catch (IOException)
        {
            return await LostAsync().ConfigureAwait(false);
        }
        _lost = null;
        await ConsumeAsync(head.Bytes.Length).ConfigureAwait(false);
        return await ReplyAsync(head, Task.CompletedTask).ConfigureAwait(false);
    }

    /// <summary>The old store was stopped, or closes what it takes, while a read waits for an answer: for some time it is asked again.</summary>
    private async ValueTask<Next> LostAsync()
    {
        await DropAsync().ConfigureAwait(false);
        _lost ??= TimeProvider.System.GetTimestamp();
        if (TimeProvider.System.GetElapsedTime(_lost.Value) > _options.OldStoreWait)
            return Next.Close;
        await Task.Delay(RetryPause, _gone.Token).ConfigureAwait(false);
        return Next.Again;
    }

    /// <summary>A request that cannot be taken back. What becomes of it when the old store is lost on the way nobody knows: the connection breaks, as it would without a relay.</summary>
    private async ValueTask<Next> WriteAsync(RequestHead head)
    {
        // What is no request the old store refuses at once; nothing else is to go through like this.
        if (!head.IsClear)
            _gone.CancelAfter(_options.Grace);
        await ConsumeAsync(head.Bytes.Length).ConfigureAwait(false);
        await _upstream!.SendAsync(head.Bytes, _gone.Token).ConfigureAwait(false);
        using var pumping = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
        var body = PumpAsync(head.Body(), pumping.Token);
        try
        {
            return await ReplyAsync(head, body).ConfigureAwait(false);
        }
        finally
        {
            await pumping.CancelAsync().ConfigureAwait(false);
            await body.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The body of a request to the old store, as it comes. An old store that reads no more has answered, or is gone: the answer tells.</summary>
    private async Task PumpAsync(BodyFramer body, CancellationToken cancellationToken)
    {
        while (!body.IsDone)
        {
            var read = await Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var part = read.Buffer.Slice(0, body.Take(read.Buffer));
            foreach (var segment in part)
                await _upstream!.SendAsync(segment, cancellationToken).ConfigureAwait(false);
            Input.AdvanceTo(part.End);
            if (read.IsCompleted && part.IsEmpty && !body.IsDone)
            {
                _upstream!.EndSending();
                return;
            }
        }
    }

    /// <summary>The old store's answer, as it comes.</summary>
    /// <param name="body">The rest of the request, under way.</param>
    private async ValueTask<Next> ReplyAsync(RequestHead head, Task body)
    {
        ResponseHead answer;
        do
        {
            answer = await ReadAnswerHeadAsync(head.IsHead).ConfigureAwait(false);
            await Output.WriteAsync(answer.Bytes, _gone.Token).ConfigureAwait(false);
        }
        while (answer.IsInterim);
        var ended = await ReplyBodyAsync(answer.Body).ConfigureAwait(false);
        if (!ended || answer.Closes || head.Closes)
            return Next.Close;
        await body.ConfigureAwait(false);
        return Next.Request;
    }

    private async ValueTask<ResponseHead> ReadAnswerHeadAsync(bool toHead)
    {
        var end = new HeadEnd();
        while (true)
        {
            var read = await _upstream!.Input.ReadAsync(_gone.Token).ConfigureAwait(false);
            if (end.TryFind(read.Buffer, out var length) || read.Buffer.Length > _options.MaxHeadBytes || read.IsCompleted)
            {
                if (read.Buffer.IsEmpty)
                    throw new IOException("The old store closed the connection without an answer.");
                // What has no end of a head goes through as it is, until the connection ends.
                var head = read.Buffer.Slice(0, length == 0 ? read.Buffer.Length : length);
                var answer = ResponseHead.Parse(System.Buffers.BuffersExtensions.ToArray(head), toHead);
                _upstream.Input.AdvanceTo(head.End);
                return answer;
            }
            _upstream.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <returns>Whether it came to its end and the connection to the old store goes on.</returns>
    private async ValueTask<bool> ReplyBodyAsync(BodyFramer body)
    {
        while (!body.IsDone)
        {
            var read = await _upstream!.Input.ReadAsync(_gone.Token).ConfigureAwait(false);
            var part = read.Buffer.Slice(0, body.Take(read.Buffer));
            foreach (var segment in part)
                await Output.WriteAsync(segment, _gone.Token).ConfigureAwait(false);
            _upstream.Input.AdvanceTo(part.End);
            if (read.IsCompleted && part.IsEmpty && !body.IsDone)
                return false;
        }
        return true;
    }

    /// <summary>Answered as Consul answers while there is no leader: nothing was done.</summary>
    private async ValueTask<Next> RefuseAsync(RequestHead head)
    {
        if (!head.IsClear)
            return Next.Close;
        await ConsumeAsync(head.Bytes.Length).ConfigureAwait(false);
        await SkipAsync(head.Body()).ConfigureAwait(false);
        await Output.WriteAsync(NoLeaderAnswer.Bytes(DateTimeOffset.UtcNow, head.IsHead), _gone.Token).ConfigureAwait(false);
        return Next.Close;
    }

    /// <summary>Reads a body to its end, so that the client reads the answer and no reset.</summary>
    private async ValueTask SkipAsync(BodyFramer body)
    {
        _gone.CancelAfter(_options.Grace);
        while (!body.IsDone)
        {
            var read = await Input.ReadAsync(_gone.Token).ConfigureAwait(false);
            Input.AdvanceTo(read.Buffer.GetPosition(body.Take(read.Buffer)));
            if (read.IsCompleted)
                return;
        }
    }

    private async ValueTask ConsumeAsync(int length)
    {
        if (length == 0)
            return;
        // It is there already.
        var read = await Input.ReadAsync(_gone.Token).ConfigureAwait(false);
        Input.AdvanceTo(read.Buffer.GetPosition(length));
    }
}
