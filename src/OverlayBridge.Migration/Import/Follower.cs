using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Import;

/// <summary>
/// Keeps a cluster equal to a live Consul until it is cancelled. Blocking queries tell of changes; each answer is the whole
/// state, so that nothing is missed however long a connection was away, and an index that went back (a restored or
/// replaced Consul) is only one more difference. While the source does not answer the cluster keeps what it has.
/// Deletions pass the same guard as in a single import.
/// </summary>
public sealed class Follower
{
    private static readonly TimeSpan LastWordTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Two reads confirm what is gone at both; what went between them is for the next step.</summary>
    private const int ReadsPerStep = 2;

    /// <summary>So many steps for one piece of news; a source that changes all the while has news again by then.</summary>
    private const int MaxSteps = 20;

    private readonly ConsulSource source;
    private readonly FollowOptions options;
    private readonly ImportTarget target;
    private readonly PlanResolver resolver;
    private readonly FollowJournal journal;
    private readonly IProgress<TransferProgress>? transfers;

    /// <summary>What the cluster holds, as far as it was written by us or read lately; null when it has to be read.</summary>
    private StoreImage? held;
    private long heldSince;
    private ulong knownIndex;

    /// <summary>Whether the cluster equalled the source at <see cref="knownIndex"/> and nothing was missed since.</summary>
    private bool followed;

    private Follower(ConsulSource source, IConsulClient target, FollowOptions options, IProgress<FollowRecord>? states, IProgress<TransferProgress>? transfers)
    {
        (this.source, this.options, this.transfers) = (source, options, transfers);
        this.target = new(target, source.Prefix);
        resolver = new(source, options.Deletions, ReadsPerStep);
        journal = new(target, source.Name, options, states);
    }

    /// <param name="states">Told of every new state, and of every change that was applied.</param>
    /// <param name="transfers">Told how far a large import is.</param>
    /// <exception cref="SourceException">The source cannot be followed: only a live Consul can.</exception>
    public static Follower Create(
        IStateSource source, IConsulClient target, FollowOptions options, IProgress<FollowRecord>? states = null, IProgress<TransferProgress>? transfers = null) =>
        source is ConsulSource live
            ? new(live, target, options, states, transfers)
            : throw new SourceException($"{source.Name} cannot be followed.", "Only a live Consul tells of its changes.", "Give consul://HOST:8500, or leave out --follow.");

    /// <summary>Runs until it is cancelled; then it notes in the cluster that it stopped, and returns.</summary>
    /// <exception cref="SourceException">
    /// The first import failed, or the cluster has taken over from the source. Every other failure is retried, however long it lasts.
    /// </exception>
    public async Task RunAsync(CancellationToken token)
    {
        try
        {
            await FirstSyncAsync(token).ConfigureAwait(false);
            await foreach (var news in new SourceWatch(source, options.Watch).RunAsync(token).ConfigureAwait(false))
                await HandleAsync(news, token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            await SayStoppedAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask FirstSyncAsync(CancellationToken token)
    {
        var image = await source.ReadAsync(token).ConfigureAwait(false);
        if (options.MakesStandby)
            await target.SetStandbyAsync(source.Name, token).ConfigureAwait(false);
        try
        {
            await SyncAsync(image, token).ConfigureAwait(false);
        }
        catch (SourceException error) when (knownIndex > 0)
        {
            // The import is done and only the word of it did not arrive: from here on everything is tried again.
            journal.NoteLocally(error);
            held = null;
        }
    }

    /// <summary>Handles one piece of news, again and again until the cluster took it.</summary>
    private async ValueTask HandleAsync(SourceNews news, CancellationToken token)
    {
        for (var failures = 1; ; failures++)
        {
            var failure = await TryAsync(news, token).ConfigureAwait(false);
            if (failure is null)
                return;
            // Who knows how much of it arrived: the cluster is read before the next attempt.
            held = null;
            if (await HasTakenOverAsync(token).ConfigureAwait(false))
                throw new SourceException(
                    $"{target.Name} has taken over from {source.Name}.", "It takes no imports any more.", "Nothing has to be done: there is nothing left to follow.");
            await Task.Delay(options.Watch.RetryAfter(failures), options.Time, token).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> HasTakenOverAsync(CancellationToken token)
    {
        try
        {
            return await target.HasTakenOverAsync(token).ConfigureAwait(false);
        }
        catch (SourceException error)
        {
            journal.NoteLocally(error);
            return false;
        }
    }

    private async ValueTask<SourceException?> TryAsync(SourceNews news, CancellationToken token)
    {
        try
        {
            if (news is SourceNews.Fault fault)
            {
                followed = false;
                await journal.RetryingAsync(fault.Error, token).ConfigureAwait(false);
            }
            else
            {
                await SyncAsync(((SourceNews.View)news).Image, token).ConfigureAwait(false);
            }
            return null;
        }
        catch (SourceException error)
        {
            journal.NoteLocally(error);
            return error;
        }
    }

    private async ValueTask SyncAsync(StoreImage image, CancellationToken token)
    {
        var next = await StepAsync(image, token).ConfigureAwait(false);
        for (var steps = 1; next is not null && steps < MaxSteps; steps++)
            next = await StepAsync(next, token).ConfigureAwait(false);
    }

    /// <summary>Carries over what is certain. Gives the newest read to go on with when keys went that nobody has confirmed yet; else null.</summary>
    private async ValueTask<StoreImage?> StepAsync(StoreImage image, CancellationToken token)
    {
        var present = await HeldAsync(token).ConfigureAwait(false);
        var known = followed ? knownIndex : Math.Max(knownIndex, ImportTarget.NewestIndex(present));
        var resolved = await resolver.ResolveAsync(image, present, known, followed, token).ConfigureAwait(false);
        if (resolved.Deletions.Decision == DeletionDecision.Hold)
        {
            followed = false;
            await journal.HeldAsync(resolved.Deletions, token).ConfigureAwait(false);
            return null;
        }
        var (wanted, plan) = (resolved.Wanted, resolved.Plan);
        if (!plan.IsEmpty)
        {
            ImportBatch.RequireAcceptable(plan, source.Name);
            // Until every request was answered nobody knows what the cluster holds.
            held = null;
            var index = await target.ApplyAsync(plan, transfers, token).ConfigureAwait(false);
            held = wanted with { Index = index, Sessions = wanted.SessionsKnown ? wanted.Sessions : present.Sessions };
        }
        if (resolved.Unconfirmed > 0)
            return resolved.Read;
        (knownIndex, followed) = (wanted.Index, true);
        await journal.InStepAsync(wanted.Index, wanted.Entries.Length, changed: !plan.IsEmpty, token).ConfigureAwait(false);
        return null;
    }

    /// <summary>Reads the cluster when that has to be, and now and then although it would not have to.</summary>
    private async ValueTask<StoreImage> HeldAsync(CancellationToken token)
    {
        if (held is null || options.Time.GetElapsedTime(heldSince) >= options.CompareEvery)
        {
            held = await target.ReadAsync(token).ConfigureAwait(false);
            heldSince = options.Time.GetTimestamp();
        }
        return held;
    }

    private async ValueTask SayStoppedAsync()
    {
        using var timeout = new CancellationTokenSource(LastWordTimeout, options.Time);
        try
        {
            await journal.StoppedAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (SourceException error)
        {
            // The cluster does not answer: the state it shows is out of date, and whoever listens here is told.
            journal.NoteLocally(error);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            journal.NoteLocally(new($"{target.Name} did not take the last state in time.", $"No answer within {LastWordTimeout.TotalSeconds:0} s.", "Nothing has to be done."));
        }
    }
}
