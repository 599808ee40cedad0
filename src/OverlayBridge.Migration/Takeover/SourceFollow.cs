using OverlayBridge.Migration.Import;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Takeover;

/// <summary>
/// Follows the source while a takeover is prepared. An <c>import --follow</c> may run beside it: both carry over the same, and the flip
/// looks at what the store then holds, whoever wrote it.
/// </summary>
internal sealed class SourceFollow : IAsyncDisposable, IProgress<FollowRecord>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource stop = new();
    private readonly ConsulSource source;
    private readonly IConsulClient store;
    private readonly FollowOptions options;
    private readonly Task running;
    private volatile FollowRecord? latest;
    private volatile string fault = "";

    public SourceFollow(ConsulSource source, IConsulClient store, FollowOptions options)
    {
        (this.source, this.store, this.options) = (source, store, options);
        running = RunAsync();
    }

    /// <summary>The store has everything that the source had a moment ago.</summary>
    public bool InStep => latest?.State == FollowState.Following && fault.Length == 0;

    public ulong Index => latest?.Index ?? 0;

    public int Keys => latest?.Keys ?? 0;

    /// <summary>Why it is not in step, for people; empty when it is, or is on the way.</summary>
    public string Fault => fault.Length > 0 ? fault : latest is { State: not FollowState.Following, Message: var message } ? message : "";

    public void Report(FollowRecord value) => latest = value;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        stop.Dispose();
        source.Dispose();
    }

    private async Task RunAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                fault = "";
                await Follower.Create(source, store, options, this).RunAsync(stop.Token).ConfigureAwait(false);
            }
            catch (SourceException e)
            {
                fault = $"{e.Message} {e.Cause}";
                await Task.Delay(Pause, options.Time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
