using System.Collections.Immutable;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Repairs;

/// <summary>
/// What is known of running containers. Nothing that a container may hold is freed unless every host that the store knows,
/// by docker/nodes or by the locator of any endpoint, was asked or is vouched to be gone (docs/decisions/013).
/// </summary>
internal sealed class HostsAsked
{
    private readonly AuditSubject _store;
    private readonly HashSet<string> _gone;
    private readonly Lazy<ILookup<string, LiveEndpoint>> _byAddress;

    public HostsAsked(AuditSubject store, ImmutableArray<string> gone)
    {
        _store = store;
        _gone = [.. gone.Select(Normal)];
        _byAddress = new(() => (
            from live in store.Engines.Live
            where live.Endpoint.NetworkDriver is null or "overlay" || store.Network(live.Endpoint.NetworkId) is not null
            from text in new[] { live.Endpoint.Address, live.Endpoint.AddressV6 }
            where Cidr.TryParseAddress(text, out _)
            select (Text: Normal(text!), Live: live)).ToLookup(l => l.Text, l => l.Live));
        Unasked = store.Hosts.IsKept ? [.. Known(store).Where(h => !IsCovered(h)).Order(KeyOrder.Instance)] : [];
        Doubt = DoubtOf();
    }

    /// <summary>Hosts that the store knows and nobody spoke for.</summary>
    public ImmutableArray<string> Unasked { get; }

    /// <summary>Why nothing may be freed; null when everything is known.</summary>
    public string? Doubt { get; }

    public bool IsGone(string locator) => locator.Length > 0 && _gone.Contains(Normal(locator));

    /// <summary>The containers that run with an address on an overlay network, or may.</summary>
    public IEnumerable<LiveEndpoint> Using(string address) => _byAddress.Value[Normal(address)];

    /// <summary>A container that runs with an address of a subnet; null when none does.</summary>
    public LiveEndpoint? In(Cidr subnet) => _byAddress.Value
        .Where(group => Cidr.TryParseAddress(group.Key, out var ip) && subnet.Contains(Cidr.Of(ip, ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128)))
        .SelectMany(group => group).FirstOrDefault();

    /// <summary>Hosts that are said to be gone and are not: an engine answers for them, or keeps its registration alive.</summary>
    public IEnumerable<string> Contradictions()
    {
        foreach (string host in _gone.Order(KeyOrder.Instance))
            if (_store.Engines.OfHost(host) is { } engine)
                yield return $"{host} is said to be gone, but the engine {engine.Uri} answers for it.";
            else if (_store.Hosts.ByAddress[host].Any(IsAlive))
                yield return $"{host} is said to be gone, but it is registered under docker/nodes; wait until the registration expires (a minute), or look why it does not.";
    }

    private bool IsAlive(Registration node) =>
        !_store.IsConsul || !_store.Image.SessionsKnown || !string.IsNullOrEmpty(node.Filed.Entry.Session);

    private bool IsCovered(string host) => _gone.Contains(Normal(host)) || _store.Engines.OfHost(host) is not null;

    private static IEnumerable<string> Known(AuditSubject store) => store.Hosts.ByAddress.Select(h => h.Key)
        .Concat(store.Networks.SelectMany(n => n.Readable).Select(e => e.Locator)).Where(h => h.Length > 0).Distinct();

    private string? DoubtOf() =>
        !_store.Hosts.IsKept
            ? "The store does not tell which hosts there are (nothing under docker/nodes), so nobody can know that all were asked."
            : Unasked.IsEmpty && (_store.Engines.All.Length > 0 || _gone.Count > 0) ? null
            : Unasked.IsEmpty ? "No engine was asked. Give the engine of every host with --engine."
            : $"Not every host was asked what runs on it: {Listing.Of(Unasked)}. Give the engine of each with --engine, or --hosts-gone for one that is gone for good.";

    private static string Normal(string address) => Cidr.TryParseAddress(address, out var ip) ? ip.ToString() : address;
}
