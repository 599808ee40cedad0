using OverlayBridge.Gateway.Relay;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Takeovers;

namespace OverlayBridge.Serve.Relay;

/// <summary>What a relay does, and for which takeover: what it remembers over a restart.</summary>
/// <param name="TakeoverId">Empty: for none.</param>
internal sealed record RelayMemory(string TakeoverId, RelayStance Stance)
{
    /// <summary>Nothing is known: nothing is passed on.</summary>
    public static RelayMemory None { get; } = new("", RelayStance.Holding);
}

/// <param name="Next">What is to be in force.</param>
/// <param name="Report">What it reports once that is so; null: nothing.</param>
/// <param name="Note">What a person should know; empty when there is nothing to say.</param>
internal sealed record RelayDecision(RelayMemory Next, TakeoverHostState? Report, string Note);

/// <summary>
/// Decides what a relay does about a takeover. Pure. A hold ends by what is known to be flipped or given up alone; from the flip on there is
/// no way back, whatever the store says later.
/// </summary>
internal static class RelayStep
{
    /// <param name="record">As the store has it; null when there is none.</param>
    /// <param name="hasTakenOver">The store's own word that it changed hands.</param>
    /// <param name="now">What is in force.</param>
    public static RelayDecision Next(TakeoverRecord? record, bool hasTakenOver, RelayMemory now)
    {
        if (now.Stance == RelayStance.Serving || hasTakenOver || record is not null && TakeoverPhases.IsPastFlip(record.Phase))
            return Serve(record, now);
        if (record is null)
            return now.Stance == RelayStance.Holding && now.TakeoverId.Length > 0
                ? new(now, TakeoverHostState.Holding, "The record of the takeover is gone from the store; the hold stays.")
                : new(new("", RelayStance.Passing), null, "");
        var isHolding = now.Stance == RelayStance.Holding && now.TakeoverId == record.Id;
        return record.Phase switch
        {
            TakeoverPhase.Prepared when isHolding => new(now, TakeoverHostState.Holding, "The store says that the takeover is prepared, but this relay is past that."),
            TakeoverPhase.Prepared => new(new(record.Id, RelayStance.Passing), TakeoverHostState.Ready, ""),
            TakeoverPhase.Holding => new(new(record.Id, RelayStance.Holding), TakeoverHostState.Holding, ""),
            _ => new(new(record.Id, RelayStance.Passing), TakeoverHostState.Released, ""),
        };
    }

    /// <summary>Released changes nothing here: hosts that still ask at the old address are answered.</summary>
    private static RelayDecision Serve(TakeoverRecord? record, RelayMemory now)
    {
        var isKnown = record is null || TakeoverPhases.IsPastFlip(record.Phase);
        return new(
            new(record?.Id ?? now.TakeoverId, RelayStance.Serving),
            record?.Phase == TakeoverPhase.Released ? TakeoverHostState.Released : TakeoverHostState.Redirected,
            isKnown ? "" : $"The store says that the takeover is {record!.Phase.ToString().ToLowerInvariant()}, but this relay knows that the store changed hands.");
    }
}
