using System.Net;
using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Cluster;

/// <summary>
/// The leader gives its leadership up to another node: when it is asked to, and before it stops. A leader that just goes takes with it what others
/// pass on to it at that moment, and nobody knows what became of that. The engine elects whoever asks first, and nobody where two ask at once; so all
/// that are not meant stand back for a moment: they vote, and ask for no votes.
/// </summary>
public sealed class HandOver(IClusterNode node, ClusterLink link, TimeProvider time)
{
    /// <summary>Some elections' time.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>For a node that nobody asked for by name: one election's time. If it has died meanwhile only another one can be elected.</summary>
    private static readonly TimeSpan Chance = TimeSpan.FromSeconds(2);

    /// <summary>Of a node that stops: requests are held no longer than 7 s for the next leader.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(7);

    /// <summary>Longer than a follower takes to hear of a new leader. What it passes on to the old one until then is answered: nothing was done.</summary>
    private static readonly TimeSpan News = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private IEnumerable<MemberStatus> Others => node.Members.Where(member => !member.Address.Equals(node.Address));

    /// <summary>Raft address of another member that can be reached at this moment, and could lead; null: none.</summary>
    public EndPoint? Reachable => Others.FirstOrDefault(static member => member.IsReachable == true)?.Address;

    /// <summary>Gives the leadership up, and waits until another node has it.</summary>
    /// <param name="meant">Raft address of the node that is to lead.</param>
    /// <param name="isWanted">No other will do.</param>
    /// <returns>Raft address of the next leader; null: the leadership was given up, and neither the one that is wanted nor, if any will do, another leads in time.</returns>
    public async Task<EndPoint?> ToAsync(EndPoint meant, bool isWanted, CancellationToken cancellationToken)
    {
        var leader = await GiveUpAsync(meant, isWanted, Limit, cancellationToken).ConfigureAwait(false);
        // Nobody stands back longer than needed: the new leader may die, too.
        await node.StandBackAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(Others.Select(other => link.Client.StandBackAsync(other.Address, TimeSpan.Zero, cancellationToken))).ConfigureAwait(false);
        return leader;
    }

    /// <summary>
    /// Before this node stops, while it still answers: another one leads afterwards and all know of it, if that is possible within some seconds.
    /// Nothing to do for a node that does not lead.
    /// </summary>
    public async Task BeforeStopAsync(CancellationToken cancellationToken)
    {
        if (!node.IsLeader || Reachable is not { } meant)
            return;
        using var timer = new CancellationTokenSource(StopLimit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            if (await GiveUpAsync(meant, isWanted: false, StopLimit, limit.Token).ConfigureAwait(false) is not null)
                await Task.Delay(News, time, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // Nobody took it over in time. The node stops all the same, as if its machine had lost its power.
        }
    }

    private async Task<EndPoint?> GiveUpAsync(EndPoint meant, bool isWanted, TimeSpan limit, CancellationToken cancellationToken)
    {
        await Task.WhenAll(Others.Select(other => link.Client.StandBackAsync(
            other.Address, other.Address.Equals(meant) ? TimeSpan.Zero : isWanted ? limit : Chance, cancellationToken))).ConfigureAwait(false);
        // Nobody votes for a node that lacks an entry that they have.
        await node.ResignAsync(token => link.Client.CatchUpAsync(meant, token), cancellationToken).ConfigureAwait(false);
        await node.StandBackAsync(limit, cancellationToken).ConfigureAwait(false);
        return await NextAsync(isWanted ? meant : null, limit, cancellationToken).ConfigureAwait(false);
    }

    private async Task<EndPoint?> NextAsync(EndPoint? wanted, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) <= limit)
        {
            if (node.Status.Leader is { } leader && (wanted is null ? !leader.Equals(node.Address) : leader.Equals(wanted)))
                return leader;
            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
        }
        return null;
    }
}
