using System.Collections.Immutable;
using System.Net;
using DotNext.Net.Cluster;
using DotNext.Net.Cluster.Consensus.Raft;

namespace OverlayBridge.Store.Replication;

/// <summary>Who belongs to the cluster, and who leads it: the changes that an operator asks for.</summary>
internal sealed class Membership(RaftCluster cluster, EndPoint own, TimeProvider time) : IAsyncDisposable
{
    /// <summary>An entry of the log that was on its way is applied by then, or is not this node's to apply.</summary>
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _gate = new(1);
    private CancellationTokenSource _standing = new();
    private Task _standingBack = Task.CompletedTask;

    public ImmutableArray<MemberStatus> Members
    {
        get
        {
            var leader = ((ICluster)cluster).Leader?.EndPoint;
            // Only a leader sends requests all the time; what a follower noted of others is old.
            var leads = own.Equals(leader);
            return
            [
                .. cluster.Members.Select(member => new MemberStatus(
                    member.EndPoint,
                    member.EndPoint.Equals(leader),
                    member.EndPoint.Equals(own) ? true
                    : leads && member.Status != ClusterMemberStatus.Unknown ? member.Status == ClusterMemberStatus.Available : null)),
            ];
        }
    }

    public Task AddAsync(EndPoint address, CancellationToken cancellationToken) =>
        Knows(address) ? Task.CompletedTask : ChangeAsync(
            cluster.AddMemberAsync,
            () => Knows(address),
            address,
            $"{address} could not be added: it does not answer, or did not catch up. Start it first, empty and with --join",
            cancellationToken);

    public Task RemoveAsync(EndPoint address, CancellationToken cancellationToken) =>
        !Knows(address) ? Task.CompletedTask : ChangeAsync(
            cluster.RemoveMemberAsync, () => !Knows(address), address, $"{address} could not be removed", cancellationToken);

    public Task ResignAsync(CancellationToken cancellationToken) => ((ICluster)cluster).ResignAsync(cancellationToken).AsTask();

    /// <summary>The last call counts: for zero time it ends what an earlier one began.</summary>
    public async Task StandBackAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await EndStandingBackAsync().ConfigureAwait(false);
            if (duration == TimeSpan.Zero)
                await cluster.RevertToNormalModeAsync(cancellationToken).ConfigureAwait(false);
            else
                await cluster.EnableStandbyModeAsync(cancellationToken).ConfigureAwait(false);
            _standingBack = ComeForwardAfterAsync(duration, _standing.Token);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndStandingBackAsync().ConfigureAwait(false);
        _standing.Dispose();
        _gate.Dispose();
    }

    private async Task EndStandingBackAsync()
    {
        await _standing.CancelAsync().ConfigureAwait(false);
        await _standingBack.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _standing.Dispose();
        _standing = new CancellationTokenSource();
    }

    private async Task ComeForwardAfterAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        await Task.Delay(duration, time, cancellationToken).ConfigureAwait(false);
        await cluster.RevertToNormalModeAsync(cancellationToken).ConfigureAwait(false);
    }

    private bool Knows(EndPoint address) => cluster.Members.Any(member => member.EndPoint.Equals(address));

    private async Task ChangeAsync(
        Func<EndPoint, CancellationToken, Task<bool>> change, Func<bool> isDone, EndPoint address, string failure, CancellationToken cancellationToken)
    {
        try
        {
            if (!await change(address, cancellationToken).ConfigureAwait(false))
                throw new StoreRefusedException(failure);
        }
        catch (NotLeaderException e) when (e.InnerException is null)
        {
            throw new NoLeaderException("This node does not lead", e);
        }
        catch (NotLeaderException e)
        {
            // The change itself may cost the leadership, once it is carried out; this node's own list follows a moment later.
            if (!await SettlesAsync(isDone, time, cancellationToken).ConfigureAwait(false))
                throw new OutcomeUnknownException("The leadership was lost meanwhile: see 'overlaybridge cluster members'", e);
        }
        catch (RaftCluster<RaftClusterMember>.ConcurrentMembershipModificationException e)
        {
            throw new StoreRefusedException("Another change of the members is under way; try again", e);
        }
    }

    /// <summary>Whether a change turns out to be done within a moment.</summary>
    internal static async Task<bool> SettlesAsync(Func<bool> isDone, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (!isDone())
        {
            if (time.GetElapsedTime(start) >= SettlingTime)
                return false;
            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
        }
        return true;
    }
}
