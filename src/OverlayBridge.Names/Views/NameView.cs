using System.Collections.Frozen;
using System.Net;

namespace OverlayBridge.Names.Views;

/// <summary>All that is known at one moment: the names of every shared network, and who stands behind which address of this host.</summary>
/// <param name="IsKnown">False until the names were read once: then a short name is not said to be unknown.</param>
/// <param name="Clients">By their addresses on the bridge that the server listens on.</param>
/// <param name="Others">For another address on that bridge: a container that has just started is not known yet.</param>
/// <param name="Bridge">The subnet of that bridge; null when everybody counts as on it.</param>
public sealed record NameView(bool IsKnown, FrozenDictionary<IPAddress, NameClient> Clients, NameClient Others, IPNetwork? Bridge = null)
{
    public static NameView Empty { get; } = new(false, FrozenDictionary<IPAddress, NameClient>.Empty, new([], []));

    /// <summary>Containers on other bridges of the host are on no shared network, but may have the server for all else.</summary>
    public NameClient ClientAt(IPAddress address) =>
        Clients.TryGetValue(address, out var client) ? client : Bridge is { } bridge && !bridge.Contains(address) ? Others with { Networks = [] } : Others;
}
