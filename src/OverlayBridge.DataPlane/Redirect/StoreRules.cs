using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>What a host does with its own TCP connections to the addresses of an old store; addresses not named here are left alone.</summary>
/// <param name="Held">Nothing new goes out to these: requests and new connections are dropped, bare acknowledgements pass.</param>
/// <param name="Redirected">From an address of the old store to the gateway that takes its place; what would still go to the old one is dropped.</param>
/// <param name="LocalnetDevices">Devices whose <c>route_localnet</c> was 0 and is 1 because a loopback address is redirected through them.</param>
public sealed record StoreRules(
    ImmutableHashSet<IPEndPoint> Held, ImmutableDictionary<IPEndPoint, IPEndPoint> Redirected, ImmutableHashSet<string> LocalnetDevices)
{
    /// <summary>
    /// The mark of connections that no rule of ours touches: those of this program to the store that it names. Marks are a
    /// host's common property; this one lies outside the bits that kube-proxy, Calico, Cilium and Tailscale use.
    /// </summary>
    public const uint ExemptMark = 0x300b;

    /// <summary>The netlink log group of openings that a hold drops. Such numbers are a network namespace's common property; those in use elsewhere are small.</summary>
    internal const ushort NoteGroup = 0x300b;

    /// <summary>No new connection is opened to these; those that stand work on. What comes before a hold.</summary>
    public ImmutableHashSet<IPEndPoint> Closed { get; init; } = [];

    /// <summary>Nothing.</summary>
    public static StoreRules None { get; } = new([], ImmutableDictionary<IPEndPoint, IPEndPoint>.Empty, []);

    public bool IsNone => Held.IsEmpty && Closed.IsEmpty && Redirected.IsEmpty && LocalnetDevices.IsEmpty;

    public static StoreRules Close(IEnumerable<IPEndPoint> sources) => None with { Closed = [.. sources] };

    public static StoreRules Hold(IEnumerable<IPEndPoint> sources) => None with { Held = [.. sources] };

    public static StoreRules Redirect(IEnumerable<KeyValuePair<IPEndPoint, IPEndPoint>> gateways) =>
        None with { Redirected = gateways.ToImmutableDictionary() };

    /// <summary>By content.</summary>
    public bool Equals(StoreRules? other) =>
        other is not null && Held.SetEquals(other.Held) && Closed.SetEquals(other.Closed) && LocalnetDevices.SetEquals(other.LocalnetDevices) &&
        Redirected.Count == other.Redirected.Count &&
        Redirected.All(r => other.Redirected.TryGetValue(r.Key, out var gateway) && gateway.Equals(r.Value));

    public override int GetHashCode() => HashCode.Combine(Held.Count, Closed.Count, Redirected.Count, LocalnetDevices.Count);
}
