using Microsoft.Extensions.Logging;

namespace OverlayBridge.Engines.Watch;

/// <summary>
/// Inspects containers beside the watch's loop, several at once but never one twice at a time: a container whose
/// inspection hangs in the engine holds up no other.
/// </summary>
internal sealed class ContainerInspector(IEngine engine, WatchInbox inbox, ILogger log, CancellationToken token) : IDisposable
{
    private const int MaxParallel = 8;

    private readonly Lock gate = new();
    private readonly SemaphoreSlim slots = new(MaxParallel);
    private readonly Dictionary<string, Task> running = [];
    private readonly HashSet<string> again = [];

    /// <summary>The answer comes into the inbox, and reflects the container at this moment or later.</summary>
    /// <param name="fallback">What to answer when the inspection fails; null: nothing.</param>
    public void Request(string containerId, EngineContainer? fallback = null)
    {
        lock (gate)
        {
            if (running.ContainsKey(containerId))
                again.Add(containerId);
            else
                running.Add(containerId, Task.Run(() => InspectAsync(containerId, fallback), CancellationToken.None));
        }
    }

    /// <summary>Completes once nothing runs any more; the token must have been cancelled.</summary>
    public Task StoppedAsync()
    {
        lock (gate)
            return Task.WhenAll(running.Values);
    }

    public void Dispose() => slots.Dispose();

    private async Task InspectAsync(string containerId, EngineContainer? fallback)
    {
        do
        {
            try
            {
                await slots.WaitAsync(token);
                try
                {
                    inbox.Inspected(containerId, await engine.InspectAsync(containerId, token));
                }
                finally
                {
                    slots.Release();
                }
            }
            catch (OperationCanceledException)
            {
                // The watch ends; nobody waits for the answer.
            }
            catch (EngineException e)
            {
                log.LogWarning("{What} {Cause} What a list shows is used instead.", e.Message, e.Cause);
                if (fallback is not null)
                    inbox.Inspected(containerId, fallback);
            }
        }
        while (OnceMore(containerId));
    }

    private bool OnceMore(string containerId)
    {
        lock (gate)
        {
            if (again.Remove(containerId) && !token.IsCancellationRequested)
                return true;
            running.Remove(containerId);
            return false;
        }
    }
}
