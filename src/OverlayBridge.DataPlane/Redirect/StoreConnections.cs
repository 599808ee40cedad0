using System.Collections.Immutable;
using System.Net;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>By sock_diag and, for connections that are being opened, by the kernel's connection tracking.</summary>
public sealed class StoreConnections(HostNetwork network) : IStoreConnections
{
    /// <summary>A socket that cannot be: destroying it tells whether the kernel can.</summary>
    private static readonly byte[] NoSocket = new byte[SockDiag.SocketIdLength];

    /// <inheritdoc/>
    public Task CheckAsync(CancellationToken token) => InsideAsync(
        diag =>
        {
            diag.List(Rtnetlink.AF_INET);
            return diag.Destroy(Rtnetlink.AF_INET, NoSocket) switch
            {
                0 or Errno.NoEntry => true,
                Errno.NotPermitted or Errno.AccessDenied => throw new RedirectException(
                    "Connections to the old store cannot be reset.", "The right to is missing.", "Run the agent as root or with CAP_NET_ADMIN."),
                var errno => throw new RedirectException(
                    "Connections to the old store cannot be reset.",
                    $"The kernel has no CONFIG_INET_DIAG_DESTROY, it says {NetlinkException.Describe(errno)}.",
                    "Use a kernel that has it (Debian, Ubuntu and RHEL since 8 do), or a relay."),
            };
        },
        token);

    /// <inheritdoc/>
    public Task<ImmutableArray<StoreConnection>> ListAsync(IReadOnlySet<IPEndPoint> stores, CancellationToken token) =>
        InsideAsync(diag => List(diag, stores), token);

    /// <inheritdoc/>
    public Task<ImmutableArray<StoreConnection>> SweepAsync(IReadOnlySet<IPEndPoint> stores, Func<StoreConnection, bool> resets, CancellationToken token) =>
        InsideAsync(
            diag =>
            {
                var all = List(diag, stores);
                var reset = all.Where(resets).ToImmutableArray();
                foreach (var connection in reset)
                    Destroy(diag, connection);
                return all.RemoveRange(reset);
            },
            token);

    /// <inheritdoc/>
    public Task<int> ResetAsync(IEnumerable<StoreConnection> connections, CancellationToken token) => InsideAsync(
        diag =>
        {
            using var conntrack = new ConntrackSocket();
            var all = connections.ToImmutableArray();
            var count = all.Count(connection =>
                (connection.IsOpening && conntrack.Forget(connection.Local, connection.Store) is 0 or Errno.NoEntry) || Destroy(diag, connection));
            foreach (var answered in Answered(diag, all))
                Destroy(diag, answered);
            return count;
        },
        token);

    /// <summary>
    /// Of those that were being opened when they were listed, the ones that stand by now: with what is forgotten of them the kernel does not know their answers any more, and
    /// refuses them to the gateway, while their program would wait for ever.
    /// </summary>
    private static IEnumerable<StoreConnection> Answered(DiagSocket diag, ImmutableArray<StoreConnection> connections)
    {
        var opening = connections.Where(static connection => connection.IsOpening).ToArray();
        return opening.Length == 0
            ? []
            : List(diag, opening.Select(static connection => connection.Store).ToImmutableHashSet())
                .Where(now => !now.IsOpening && Array.Exists(opening, before => before.Id.Span.SequenceEqual(now.Id.Span)));
    }

    private static ImmutableArray<StoreConnection> List(DiagSocket diag, IReadOnlySet<IPEndPoint> stores) =>
    [
        .. diag.List(Rtnetlink.AF_INET).Concat(diag.List(Rtnetlink.AF_INET6))
            .Where(socket => socket.Mark != StoreRules.ExemptMark && stores.Contains(socket.Connection.Store))
            .Select(static socket => socket.Connection),
    ];

    private static bool Destroy(DiagSocket diag, StoreConnection connection) => diag.Destroy(connection.Family, connection.Id.Span) switch
    {
        0 => true,
        Errno.NoEntry => false,
        var errno => throw new RedirectException(
            $"The connection {connection.Local} to {connection.Store} cannot be reset.", $"The kernel says {NetlinkException.Describe(errno)}.", "Run the agent as root or with CAP_NET_ADMIN."),
    };

    private async Task<T> InsideAsync<T>(Func<DiagSocket, T> work, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        try
        {
            return await network.RunAsync(() =>
            {
                using var diag = new DiagSocket();
                return work(diag);
            }).ConfigureAwait(false);
        }
        catch (NetlinkException e)
        {
            throw new RedirectException("Connections to the old store cannot be looked at.", e.Message, "The kernel needs tcp_diag (CONFIG_INET_TCP_DIAG); load it with modprobe.", e);
        }
    }
}
