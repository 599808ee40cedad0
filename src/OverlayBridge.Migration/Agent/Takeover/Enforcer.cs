using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using OverlayBridge.DataPlane.Redirect;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>Puts engagements in force, in the order that costs nothing: remembered first, then the rules, then the connections.</summary>
internal sealed class Enforcer(IHostTraffic traffic, EngagementFile file, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan SettlePause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan DrainPause = TimeSpan.FromMilliseconds(5);

    private Remembered remembered = Remembered.Nothing;
    private readonly OpeningWatch openings = new(traffic, time, log);
    private IStoreRedirect? redirect;

    /// <summary>What is in force, or was to be when it failed.</summary>
    public Engagement Now => remembered.Engagement;

    /// <summary>Empty before anything was done or checked.</summary>
    public string Backend => redirect?.Backend ?? "";

    /// <summary>Puts in force what an agent before this one remembered.</summary>
    /// <exception cref="RedirectException">The host does not let it.</exception>
    public async Task RestoreAsync(CancellationToken token)
    {
        remembered = file.Read();
        if (Now.Kind == EngagementKind.None)
            return;
        await PutInForceAsync(token);
        log.LogWarning("Restored for takeover {Takeover}: {Kind} {Sources}, as before, until the store says otherwise", Now.TakeoverId, Now.Kind, Now.Sources);
    }

    /// <summary>Finds out whether the host can do all that a takeover will ask of it, and changes nothing.</summary>
    /// <exception cref="RedirectException">It cannot.</exception>
    public async Task CheckAsync(StoreRules later, CancellationToken token)
    {
        var way = await RedirectAsync(token);
        await way.CheckAsync(later, token);
        await traffic.Connections.CheckAsync(token);
    }

    /// <summary>Makes this and nothing else be in force, and deals with the connections where that is due. Done again it repairs.</summary>
    /// <returns>Whether connections were dealt with: programs may have lost requests, answers of blocking queries among them.</returns>
    /// <exception cref="RedirectException">The host does not let it; what is remembered is tried again at the next call.</exception>
    public async Task<bool> EnforceAsync(Engagement wanted, CancellationToken token)
    {
        if (wanted.Kind == EngagementKind.None)
        {
            await LeaveAsync(token);
            return false;
        }
        if (wanted with { IsSettled = Now.IsSettled } != Now)
        {
            Remember(remembered with { Engagement = wanted with { IsSettled = false } });
            if (wanted.Kind == EngagementKind.Holding)
                await DrainAsync(token);
        }
        await PutInForceAsync(token);
        if (Now.IsSettled)
            return false;
        await SettleAsync(token);
        Remember(remembered with { Engagement = wanted with { IsSettled = true } });
        return true;
    }

    /// <summary>How many connections to a store stand.</summary>
    /// <exception cref="RedirectException">The kernel does not tell.</exception>
    public async Task<int> CountAsync(IEnumerable<IPEndPoint> stores, CancellationToken token) =>
        (await traffic.Connections.ListAsync(stores.ToImmutableHashSet(), token)).Count(static connection => !connection.IsOpening);

    /// <summary>Leaves in force what is, and ends what goes on beside it in this process.</summary>
    public ValueTask DisposeAsync() => openings.DisposeAsync();

    private async Task LeaveAsync(CancellationToken token)
    {
        if (Now.Kind == EngagementKind.None && redirect is null && !await CanRedirectAsync(token))
            return;
        var left = Now;
        if ((await ApplyAsync(StoreRules.None, token)).Changed)
            log.LogInformation("Own rules of takeover {Takeover} are removed", left.TakeoverId);
        if (left.Kind != EngagementKind.None)
            Remember(Remembered.Nothing);
        await openings.ResendAsync(left.TakeoverId, left.Sources.ToImmutableHashSet(), token);
        await openings.EndAsync();
    }

    private async Task PutInForceAsync(CancellationToken token)
    {
        var (there, changed) = await ApplyAsync(Now.Rules, token);
        if (changed && Now.IsSettled)
            log.LogWarning("The rules of the takeover were not as they should be on this host; now they are");
        if (Backend != remembered.Backend || !there.LocalnetDevices.SetEquals(remembered.LocalnetDevices))
            Remember(remembered with { Backend = Backend, LocalnetDevices = there.LocalnetDevices });
    }

    private async Task<AppliedRules> ApplyAsync(StoreRules wanted, CancellationToken token)
    {
        var way = await RedirectAsync(token);
        if (!wanted.Held.IsEmpty || !wanted.Closed.IsEmpty)
            await openings.BeginAsync(token);
        var applied = await way.ApplyAsync(wanted with { LocalnetDevices = remembered.LocalnetDevices }, token);
        if (applied is { Changed: true, NotNoted: { } reason })
            log.LogInformation("Openings of connections in a hold cannot be noted by {Backend} on this host; programs wait for the kernel's next attempt, whole seconds. {Reason}", way.Backend, reason);
        return applied;
    }

    /// <summary>Lets programs end what they are at, and no new connection be opened: what a hold catches on its way is lost at the flip.</summary>
    private async Task DrainAsync(CancellationToken token)
    {
        await ApplyAsync(StoreRules.Close(Now.Sources), token);
        var stores = Now.Sources.ToImmutableHashSet();
        var begun = time.GetTimestamp();
        while (true)
        {
            var elapsed = time.GetElapsedTime(begun);
            var left = await traffic.Connections.SweepAsync(stores, connection => Settling.BeforeHold(connection, elapsed) == Settling.Fate.Reset, token);
            var busy = left.Count(connection => Settling.BeforeHold(connection, elapsed) == Settling.Fate.Wait);
            if (busy == 0 || elapsed > Settling.DrainPatience)
            {
                log.LogInformation("Takeover {Takeover}: {Sources} closed for new connections, {Busy} busy after {Milliseconds} ms", Now.TakeoverId, Now.Sources, busy, (int)elapsed.TotalMilliseconds);
                return;
            }
            await Task.Delay(DrainPause, time, token);
        }
    }

    private async Task SettleAsync(CancellationToken token)
    {
        var stores = Now.Sources.ToImmutableHashSet();
        if (Now.Kind == EngagementKind.Redirected)
        {
            var count = await traffic.Connections.ResetAsync(await traffic.Connections.ListAsync(stores, token), token);
            log.LogInformation("Takeover {Takeover}: {Sources} lead to {Gateways}, {Count} connections reset", Now.TakeoverId, Now.Sources, Now.Gateways.Values, count);
            await openings.ResendAsync(Now.TakeoverId, stores.Except(Now.Rules.Held), token);
            if (Now.Rules.Held.IsEmpty)
                await openings.EndAsync();
            return;
        }
        var begun = time.GetTimestamp();
        while (true)
        {
            var left = await traffic.Connections.SweepAsync(stores, static c => Settling.Of(c) == Settling.Fate.Reset, token);
            var waiting = left.Count(static c => Settling.Of(c) == Settling.Fate.Wait);
            if (waiting == 0 || time.GetElapsedTime(begun) > Settling.Patience)
            {
                log.LogInformation("Takeover {Takeover}: {Sources} are held, {Waiting} requests unanswered", Now.TakeoverId, Now.Sources, waiting);
                return;
            }
            await Task.Delay(SettlePause, time, token);
        }
    }

    /// <summary>A host on which no rules can be made has none to be removed.</summary>
    private async Task<bool> CanRedirectAsync(CancellationToken token)
    {
        try
        {
            await RedirectAsync(token);
            return true;
        }
        catch (RedirectException e)
        {
            log.LogDebug("Nothing to remove: {What} {Why}", e.Message, e.Cause);
            return false;
        }
    }

    private async Task<IStoreRedirect> RedirectAsync(CancellationToken token) => redirect ??= await traffic.ChooseAsync(remembered.Backend, token);

    private void Remember(Remembered now)
    {
        file.Write(now);
        remembered = now;
    }
}
