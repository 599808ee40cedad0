using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Gateway.Relay;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Store;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Serve.Relay;

/// <summary>
/// Has the relay do what the takeover's record asks for, and reports it. Until the store was read since the start what was in force before is.
/// </summary>
internal sealed partial class RelayService(
    RelayPlace place, StoreRelay relay, RelayRegistration registration, IClusterNode store, NodeRecords records, RelayLedger ledger, TimeProvider time,
    ILogger<RelayService> logger) : BackgroundService
{
    /// <summary>Without news, for the hold that lasts too long and the count of connections.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(200);

    private static readonly StoreKey Key = StoreKey.FromText(BridgeKeys.Takeover);

    private RelayMemory _memory = RelayMemory.None;
    private RelayMemory? _written;
    private TakeoverHostReport? _reported;
    private Task _quiet = Task.CompletedTask;
    private long _holdSince;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Restore();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Whoever leads counts this relay in from here on; what was decided before, the read behind it shows.
        await registration.Registered.WaitAsync(stoppingToken).ConfigureAwait(false);
        var (record, index) = await FirstAsync(stoppingToken).ConfigureAwait(false);
        while (true)
        {
            var decision = RelayStep.Next(record, store.Status.Mode.Role == StoreRole.TakenOver, _memory);
            var fault = Enforce(decision);
            var isReported = await ReportAsync(record, decision, fault, stoppingToken).ConfigureAwait(false);
            SayOverdue(record);
            (record, index) = await NextAsync(record, index, isReported && fault.Length == 0 ? LookEvery : RetryEvery, stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>Goes on with what was in force when the process ended.</summary>
    private void Restore()
    {
        try
        {
            _written = ledger.Read();
            _memory = _written;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            LogDamaged(logger, e.Message);
        }
        relay.Gate.Turn(_memory.Stance);
        _holdSince = time.GetTimestamp();
        LogRestored(logger, _memory.Stance);
    }

    /// <summary>The record after all that was decided until now.</summary>
    private async Task<(TakeoverRecord? Record, ulong Index)> FirstAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return Decode(await store.ReadKeyAsync(Key, new ReadOptions(ReadConsistency.Consistent), cancellationToken).ConfigureAwait(false));
            }
            catch (NoLeaderException e)
            {
                LogUnread(logger, e.Message, _memory.Stance);
                await Task.Delay(RetryEvery, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The record when it changed, or the time is over, or the relay has become quiet. From this node's own state: it only moves forward.</summary>
    private async Task<(TakeoverRecord? Record, ulong Index)> NextAsync(TakeoverRecord? record, ulong index, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var news = store.ReadKeyAsync(Key, new ReadOptions(ReadConsistency.Stale, index, wait), enough.Token);
        if (!_quiet.IsCompleted && await Task.WhenAny(news, _quiet).ConfigureAwait(false) == _quiet)
        {
            await enough.CancelAsync().ConfigureAwait(false);
            await ((Task)news).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return (record, index);
        }
        return Decode(await news.ConfigureAwait(false), record);
    }

    private (TakeoverRecord? Record, ulong Index) Decode(Reading<StoreEntry?> reading, TakeoverRecord? last = null)
    {
        try
        {
            return (reading.Value is { } entry ? BridgeRecords.Decode<TakeoverRecord>(BridgeKeys.Takeover, entry.Value.AsSpan()) : null, reading.Index);
        }
        catch (BridgeRecordException e)
        {
            LogUnreadable(logger, e.Message, _memory.Stance);
            return (last, reading.Index);
        }
    }

    /// <summary>Puts a decision in force.</summary>
    /// <returns>Why it is not remembered; empty when it is.</returns>
    private string Enforce(RelayDecision decision)
    {
        var next = decision.Next;
        if (next.Stance != _memory.Stance)
        {
            LogTurns(logger, next.Stance, next.TakeoverId);
            _holdSince = time.GetTimestamp();
        }
        if (relay.Gate.Stance != next.Stance)
            relay.Gate.Turn(next.Stance);
        _quiet = next.Stance == RelayStance.Holding ? relay.Gate.QuietAsync(CancellationToken.None) : Task.CompletedTask;
        _memory = next;
        if (_written == next)
            return "";
        try
        {
            ledger.Write(next);
            _written = next;
            return "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotRemembered(logger, e.Message);
            return $"this relay cannot remember what it does: {e.Message}";
        }
    }

    /// <returns>Whether the store has the report.</returns>
    private async Task<bool> ReportAsync(TakeoverRecord? record, RelayDecision decision, string fault, CancellationToken cancellationToken)
    {
        // A hold that would be forgotten is none; and one that waits for a write to end is none yet.
        if (record is null || decision.Report is not { } state || state == TakeoverHostState.Holding && fault.Length == 0 && !_quiet.IsCompleted)
            return true;
        if (state == TakeoverHostState.Holding && fault.Length > 0)
            state = TakeoverHostState.Failed;
        var since = _reported is { } last && last.TakeoverId == record.Id && last.State == state ? last.Since : time.GetUtcNow();
        var report = new TakeoverHostReport(record.Id, state, since, "relay", relay.OldConnections, fault.Length > 0 ? fault : decision.Note);
        if (report == _reported)
            return true;
        try
        {
            await records.WriteAsync(place.ReportKey, BridgeRecords.Encode(report), cancellationToken).ConfigureAwait(false);
            _reported = report;
            return true;
        }
        catch (Exception e) when (e is NoLeaderException or OutcomeUnknownException or StoreRefusedException)
        {
            LogNotReported(logger, state, e.Message);
            return false;
        }
    }

    /// <summary>The coordinator gives a hold up in time. While no node leads there is none, and the hold stays.</summary>
    private void SayOverdue(TakeoverRecord? record)
    {
        if (_memory.Stance == RelayStance.Holding && record is { Phase: TakeoverPhase.Holding } && time.GetElapsedTime(_holdSince).TotalSeconds > record.Limits.HoldSeconds)
            LogOverdue(logger, relay.Gate.Held, record.Limits.HoldSeconds);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The relay begins as it ended: {Stance}")]
    private static partial void LogRestored(ILogger logger, RelayStance stance);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The relay turns to {Stance}, for takeover '{Takeover}'")]
    private static partial void LogTurns(ILogger logger, RelayStance stance, string takeover);

    [LoggerMessage(Level = LogLevel.Error, Message = "What the relay did before cannot be read ({Why}); it passes nothing on until the store answers")]
    private static partial void LogDamaged(ILogger logger, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "The store cannot be read ({Why}); the relay goes on as it is: {Stance}")]
    private static partial void LogUnread(ILogger logger, string why, RelayStance stance);

    [LoggerMessage(Level = LogLevel.Error, Message = "The record of the takeover cannot be read ({Why}); the relay goes on as it is: {Stance}. Update this program")]
    private static partial void LogUnreadable(ILogger logger, string why, RelayStance stance);

    [LoggerMessage(Level = LogLevel.Error, Message = "The relay cannot remember what it does ({Why}): started again without the store it would not know")]
    private static partial void LogNotRemembered(ILogger logger, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The relay cannot report {State} ({Why}) and tries again")]
    private static partial void LogNotReported(ILogger logger, TakeoverHostState state, string why);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The relay has held {Count} requests for longer than {Limit} s and goes on: nobody has given the takeover up. Is there a leader?")]
    private static partial void LogOverdue(ILogger logger, int count, int limit);
}
