using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>
/// The TCP connections of a host to a store, without those of this program itself. All of it may throw
/// <see cref="RedirectException"/>.
/// </summary>
public interface IStoreConnections
{
    /// <summary>Finds out whether connections can be listed and reset here, and changes nothing.</summary>
    Task CheckAsync(CancellationToken token);

    Task<ImmutableArray<StoreConnection>> ListAsync(IReadOnlySet<IPEndPoint> stores, CancellationToken token);

    /// <summary>
    /// Lists connections and resets some of them at once: whatever is done between the look at a connection and its reset is time
    /// in which its program may send a request, that would be lost.
    /// </summary>
    /// <param name="resets">Which of them.</param>
    /// <returns>Those that were left.</returns>
    Task<ImmutableArray<StoreConnection>> SweepAsync(IReadOnlySet<IPEndPoint> stores, Func<StoreConnection, bool> resets, CancellationToken token);

    /// <summary>
    /// Resets connections: the program that has one open gets an error at once, and makes a new one. One that is just being opened is
    /// made to forget where its packets were led, so that its next attempt follows the rules of now.
    /// </summary>
    /// <returns>How many were reset; those that were gone by then do not count.</returns>
    Task<int> ResetAsync(IEnumerable<StoreConnection> connections, CancellationToken token);
}
