using System.Net;
using Microsoft.Extensions.Logging;
using OverlayBridge.DataPlane.Redirect;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>
/// Listens to the openings of connections for as long as a hold is in force, and has them sent again when it is over. Where that fails, programs wait for the kernel's
/// next attempt, as they would without it; the takeover goes on.
/// </summary>
internal sealed class OpeningWatch(IHostTraffic traffic, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private IHeldOpenings? listening;
    private bool isFailureLogged;

    /// <summary>Before a hold comes in force. Done again it begins what could not begin before.</summary>
    public async Task BeginAsync(CancellationToken token)
    {
        if (listening is not null)
            return;
        try
        {
            listening = await traffic.ListenAsync(time, token);
            isFailureLogged = false;
            log.LogInformation("Openings of connections that the hold drops are noted, to be sent again when it is over");
        }
        catch (RedirectException e)
        {
            if (!isFailureLogged)
                log.LogInformation("{What} Programs that open one in the hold wait for the kernel's next attempt after it, whole seconds. {Cause} {Remedy}", e.Message, e.Cause, e.Remedy);
            isFailureLogged = true;
        }
    }

    /// <summary>After a hold of these has ended, and everything was done that may reset or forget connections.</summary>
    public async Task ResendAsync(string takeover, IReadOnlySet<IPEndPoint> stores, CancellationToken token)
    {
        if (listening is null || stores.Count == 0)
            return;
        try
        {
            var count = await listening.ResendAsync(stores, token);
            log.LogInformation("Takeover {Takeover}: the openings of {Count} connections that were held are sent again", takeover, count);
        }
        catch (RedirectException e)
        {
            log.LogInformation("Takeover {Takeover}: {What} Their programs wait for the kernel's next attempt. {Cause} {Remedy}", takeover, e.Message, e.Cause, e.Remedy);
        }
    }

    /// <summary>When no hold is left.</summary>
    public async Task EndAsync()
    {
        isFailureLogged = false;
        if (listening is null)
            return;
        var ended = listening;
        listening = null;
        await ended.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await EndAsync();
}
