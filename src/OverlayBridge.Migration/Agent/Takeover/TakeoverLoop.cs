using Microsoft.Extensions.Logging;
using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.DataPlane.Redirect;
using OverlayBridge.Migration.Agent.Publishing;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>
/// Carries a takeover out on this host: whenever the store says something new, and from time to time though it says nothing, which heals
/// what others changed, exchanges a gateway that is gone, and notices a hold that is too old.
/// </summary>
internal sealed class TakeoverLoop(
    Enforcer enforcer, GatewayWatch gateways, WatchRestart watches, IConsulClient store, AgentOptions options, KeyPublisher reports, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RestInterval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OverdueLogInterval = TimeSpan.FromSeconds(10);

    private readonly Wakeup wakeup = new();
    private KnownTakeover? view;
    private TakeoverHostReport? reported;
    private (HostDecision Decision, long At)? verified;
    private long? overdueLogged;

    /// <summary>What the store says now.</summary>
    public void Use(KnownTakeover latest)
    {
        Volatile.Write(ref view, latest);
        wakeup.Wake();
    }

    /// <summary>Puts in force what was when the agent last ran, before anything is heard of the store. Is to be called before the engine starts.</summary>
    public async Task RestoreAsync(CancellationToken token)
    {
        try
        {
            await enforcer.RestoreAsync(token);
        }
        catch (Exception e) when (IsExpected(e))
        {
            log.LogCritical("What this host held or redirected cannot be restored, its engine may reach the old store: {What} {Why}", e.Message, (e as RedirectException)?.Cause);
        }
    }

    /// <summary>Runs until cancelled. What is in force stays so.</summary>
    public async Task RunAsync(CancellationToken token)
    {
        await using var ended = enforcer;
        while (true)
        {
            var now = Volatile.Read(ref view);
            var isDone = await PassAsync(now, token);
            await wakeup.WaitAsync(TakesPart(now) || enforcer.Now.Kind != EngagementKind.None || !isDone ? LookInterval : RestInterval, time, token);
        }
    }

    /// <summary>Runs until cancelled, beside the loop: a gateway that does not answer must not keep this host from following the store.</summary>
    public async Task WatchGatewaysAsync(IGatewayProbe probe, CancellationToken token)
    {
        using var timer = new PeriodicTimer(LookInterval, time);
        while (await timer.WaitForNextTickAsync(token))
        {
            if (Volatile.Read(ref view) is not { Record: { } record } now || !TakesPart(now))
                continue;
            var news = await gateways.AskAsync(probe, record.Gateways, token);
            if (news.OthersAreReady)
                wakeup.Wake();
            // One that was away for less than it takes to exchange it: nothing is reset here, but the engine's connections went with it.
            if (enforcer.Now is { Kind: EngagementKind.Redirected } redirected && news.Restarted.Any(redirected.Gateways.Values.Contains))
                watches.Ask(record.Prefix);
        }
    }

    private bool TakesPart(KnownTakeover? now) =>
        now?.Record is { Phase: not (TakeoverPhase.Released or TakeoverPhase.Aborted) } record && record.Hosts.Contains(options.HostName);

    /// <returns>Whether all that was to be done is.</returns>
    private async Task<bool> PassAsync(KnownTakeover? now, CancellationToken token)
    {
        var decision = HostStep.Next(now, enforcer.Now, options.HostName, gateways.Ready, time.GetUtcNow());
        if (decision.AbortsTakeover)
            await AbortAsync(now!, decision.Engagement, token);
        try
        {
            if (!IsDue(decision))
                return true;
            // A host that takes no part and has nothing in force needs no packet filter.
            if ((decision.State is not null || enforcer.Now.Kind != EngagementKind.None) &&
                await enforcer.EnforceAsync(decision.Engagement, token) && decision.Engagement.Kind == EngagementKind.Redirected && now?.Record is { } record)
                watches.Ask(record.Prefix);
            if (decision.State == TakeoverHostState.Ready)
                await enforcer.CheckAsync(Later(now!.Record!, options.HostName), token);
            verified = (decision, time.GetTimestamp());
            Report(now, decision, await CountAsync(now, decision, token));
            return true;
        }
        catch (Exception e) when (IsExpected(e))
        {
            verified = null;
            var cause = e is RedirectException refused ? $"{refused.Message} {refused.Cause} {refused.Remedy}" : e.Message;
            Report(now, decision with { State = TakeoverHostState.Failed, Note = cause }, connections: reported?.Connections ?? 0);
            return false;
        }
    }

    /// <summary>Something new at once; the same again from time to time.</summary>
    private bool IsDue(HostDecision decision) =>
        verified is not { } last || last.Decision.State != decision.State || last.Decision.Note != decision.Note ||
        last.Decision.Engagement with { IsSettled = true } != decision.Engagement with { IsSettled = true } ||
        time.GetElapsedTime(last.At) >= options.HealInterval;

    /// <summary>What the host will be asked for when all goes well.</summary>
    private static StoreRules Later(TakeoverRecord record, string host)
    {
        var flipped = HostStep.Next(new KnownTakeover(record with { Phase = TakeoverPhase.Flipped }, 0), Engagement.None, host, null, default);
        return flipped.State != TakeoverHostState.Failed
            ? flipped.Engagement.Rules
            : throw new RedirectException(
                "Not every address of the old store can be redirected.",
                flipped.Note,
                "Prepare the takeover with a gateway of the same IP version, at an address that is not the old store's; ::1 needs one on this host.");
    }

    /// <summary>Moves the record; what comes of it comes back by the watch. Until then the hold stays.</summary>
    private async Task AbortAsync(KnownTakeover now, Engagement held, CancellationToken token)
    {
        // The store may be silent for long, and what it says next must not wait for that.
        using var limit = new CancellationTokenSource(AbortLimit, time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        try
        {
            var record = now.Record!.In(TakeoverPhase.Aborted, time.GetUtcNow(), $"host {options.HostName} has held for longer than {now.Record.Limits.HoldSeconds} s");
            await store.PutAsync(BridgeKeys.Takeover, BridgeRecords.Encode(record), new WriteOptions(Cas: now.ModifyIndex), limited.Token);
        }
        catch (Exception e) when (e is SourceException || (e is OperationCanceledException && !token.IsCancellationRequested))
        {
            if (overdueLogged is { } at && time.GetElapsedTime(at) < OverdueLogInterval)
                return;
            overdueLogged = time.GetTimestamp();
            log.LogCritical(
                "This host has held its connections to {Sources} since {Since} and goes on, for the store cannot be told to abort the takeover: {What} {Cause} Engine operations hang meanwhile.",
                held.Sources, held.Since, e.Message, (e as SourceException)?.Cause);
        }
    }

    /// <summary>Once redirected, what a program takes for a connection to the source is one to a gateway.</summary>
    private async Task<int> CountAsync(KnownTakeover? now, HostDecision decision, CancellationToken token) =>
        decision.State is TakeoverHostState.Ready or TakeoverHostState.Holding && now?.Record is { } record
            ? await enforcer.CountAsync(record.SourceAddresses, token)
            : 0;

    /// <summary>Where the store was not read yet, what was reported before stands.</summary>
    private void Report(KnownTakeover? now, HostDecision decision, int connections)
    {
        if (now is null)
            return;
        var id = now.Record?.Id ?? decision.Engagement.TakeoverId;
        if (decision.State is not { } state || id.Length == 0)
        {
            reported = null;
            reports.Want(DesiredKeys.None with { IsComplete = true });
            return;
        }
        var since = state is TakeoverHostState.Holding or TakeoverHostState.Redirected ? decision.Engagement.Since
            : reported is { } last && last.TakeoverId == id && last.State == state ? last.Since
            : time.GetUtcNow();
        var report = new TakeoverHostReport(id, state, since, enforcer.Backend, connections, decision.Note);
        if (report.State != reported?.State || report.Cause != reported.Cause)
            log.Log(
                state == TakeoverHostState.Failed || report.Cause.Length > 0 ? LogLevel.Error : LogLevel.Information,
                "Takeover {Takeover}: this host is {State}. {Cause}", id, state, report.Cause);
        reported = report;
        reports.Want(DesiredKeys.None.With(BridgeKeys.HostTakeover(options.HostName), report) with { IsComplete = true });
    }

    private static bool IsExpected(Exception e) => e is RedirectException or NetlinkException or IOException or UnauthorizedAccessException;
}
