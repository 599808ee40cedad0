using System.Collections.Immutable;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Takeovers;

/// <summary>What the coordinator does next.</summary>
public abstract record TakeoverAction
{
    private TakeoverAction()
    {
    }

    /// <summary>Nothing but what the phase asks for all the time: to follow the source, or to watch it.</summary>
    /// <param name="Doing">For people.</param>
    /// <param name="For">Hosts and relays that are waited for, each with what keeps it.</param>
    public sealed record Wait(string Doing, ImmutableArray<string> For) : TakeoverAction
    {
        public bool Equals(Wait? other) => other is not null && Doing == other.Doing && For.SequenceEqual(other.For);

        public override int GetHashCode() => HashCode.Combine(Doing, For.Length);
    }

    /// <summary>Change the record by compare-and-set against the one that was looked at.</summary>
    public sealed record Move(TakeoverRecord Next) : TakeoverAction;

    /// <summary>Read the source once more, carry over what is missing, and compare.</summary>
    public sealed record Compare : TakeoverAction;

    /// <summary>Let the store change hands, with this record; conditional on the record that was looked at and on the content compared.</summary>
    public sealed record Flip(TakeoverRecord Next) : TakeoverAction;
}

/// <summary>The coordinator's decisions. Pure: whoever leads decides the same, and what a leader left undone the next one finds.</summary>
public static class TakeoverStep
{
    /// <summary>How long a commit that was asked for waits for hosts that are not ready, before it is refused.</summary>
    public static readonly TimeSpan CommitPatience = TimeSpan.FromSeconds(10);

    public static TakeoverAction Next(TakeoverView view) => view.Record.Phase switch
    {
        TakeoverPhase.Prepared => InPrepared(view),
        TakeoverPhase.Holding => InHolding(view),
        TakeoverPhase.Flipped => InFlipped(view),
        TakeoverPhase.Committed => new TakeoverAction.Wait("watching the old store", []),
        _ => new TakeoverAction.Wait("nothing", Lacking(view, TakeoverHostState.Released, mustBeHeard: false)),
    };

    private static TakeoverAction InPrepared(TakeoverView view)
    {
        var lacking = Lacking(view, TakeoverHostState.Ready, mustBeHeard: true);
        if (view.Record.CommitAsked is not { } asked)
            return new TakeoverAction.Wait(view.InStep ? "following the source" : "catching up with the source", lacking);
        if (view.InStep && lacking.IsEmpty)
            return new TakeoverAction.Move(view.Record.In(TakeoverPhase.Holding, view.Now));
        // By two clocks: one that was set back must not keep the operator waiting for ever, nor one that was set forward refuse at once.
        if (view.Now - asked is var waited && waited >= TimeSpan.Zero && waited < CommitPatience)
            return new TakeoverAction.Wait("about to commit", lacking);
        var reason = lacking.IsEmpty ? "the store is not in step with the source" : $"not ready: {string.Join(", ", lacking)}";
        return new TakeoverAction.Move(view.Record with { CommitAsked = null, Note = $"The commit was refused, and nothing was changed: {reason}." });
    }

    private static TakeoverAction InHolding(TakeoverView view)
    {
        if (view.Participants.FirstOrDefault(static one => one.Is(TakeoverHostState.Failed)) is { } failed)
            return Abort(view, $"{failed.Label} could not hold: {failed.Report!.Cause}");
        var lacking = Lacking(view, TakeoverHostState.Holding, mustBeHeard: false);
        if (view.InPhase >= TimeSpan.FromSeconds(view.Record.Limits.HoldSeconds))
            return Abort(view, $"the hold lasted {view.Record.Limits.HoldSeconds} s{Because(view, lacking)}");
        if (!lacking.IsEmpty)
            return new TakeoverAction.Wait("waiting until every host holds", lacking);
        return view.Comparison switch
        {
            null or { Outcome: ComparisonOutcome.Differs } => new TakeoverAction.Compare(),
            { Outcome: ComparisonOutcome.Refused, Reason: var reason } => Abort(view, reason),
            var equal => new TakeoverAction.Flip(view.Record.In(TakeoverPhase.Flipped, view.Now) with { SourceIndex = equal.SourceIndex }),
        };
    }

    private static string Because(TakeoverView view, ImmutableArray<string> lacking) =>
        !lacking.IsEmpty ? $" without {string.Join(", ", lacking)}"
        : view.Comparison is { Reason: { Length: > 0 } reason } ? $": {reason}"
        : " and the source was not read by then";

    private static TakeoverAction InFlipped(TakeoverView view)
    {
        var lacking = Lacking(view, TakeoverHostState.Redirected, mustBeHeard: false);
        return lacking.IsEmpty
            ? new TakeoverAction.Move(view.Record.In(TakeoverPhase.Committed, view.Now))
            : new TakeoverAction.Wait("waiting until every host is redirected", lacking);
    }

    private static TakeoverAction.Move Abort(TakeoverView view, string reason) =>
        new(view.Record.In(TakeoverPhase.Aborted, view.Now, $"{char.ToUpperInvariant(reason[0])}{reason[1..]}. The engines go on with {view.Record.Source}."));

    private static ImmutableArray<string> Lacking(TakeoverView view, TakeoverHostState state, bool mustBeHeard) =>
        [.. view.Participants.Where(one => !one.Is(state) || mustBeHeard && !one.IsHeard).Select(one => one.Lacks(state))];
}
