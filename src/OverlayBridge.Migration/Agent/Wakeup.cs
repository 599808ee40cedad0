using System.Threading.Channels;

namespace OverlayBridge.Migration.Agent;

/// <summary>Wakes a loop: any number of calls while it works make it go round once more.</summary>
internal sealed class Wakeup
{
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Wake() => signal.Writer.TryWrite(true);

    /// <summary>Completes at a call of <see cref="Wake"/> since the last time, or after <paramref name="longest"/>.</summary>
    /// <returns>Whether it was woken.</returns>
    public async Task<bool> WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken token)
    {
        if (signal.Reader.TryRead(out _))
            return true;
        using var elapsed = new CancellationTokenSource(longest, time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(token, elapsed.Token);
        try
        {
            return await signal.Reader.ReadAsync(limited.Token);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return false;
        }
    }
}
