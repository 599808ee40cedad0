using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.AddressMaps;
using OverlayBridge.Reports.Inventories;

namespace OverlayBridge.Reports.Pages;

/// <summary>
/// What a page shows of a store, and the anchor of each thing, so that findings lead to what they are about and things to their findings.
/// Anchors are made of a letter and a number: nothing of the store is in them.
/// </summary>
internal sealed class PageLinks
{
    private readonly Dictionary<string, string> _things = [];
    private readonly Dictionary<string, string> _subnets = [];
    private readonly Dictionary<(string NetworkId, string EndpointId), string> _endpoints = [];
    private readonly Dictionary<string, string> _findings = [];
    private readonly Dictionary<string, List<int>> _findingsOf = [];

    private PageLinks(ImmutableArray<AuditFinding> findings) => Findings = findings;

    /// <summary>The findings that the page shows, the worst first.</summary>
    public ImmutableArray<AuditFinding> Findings { get; }

    /// <summary>The endpoints that the page shows, those that findings name among them, in the order of the inventory.</summary>
    public ImmutableArray<(NetworkView Network, EndpointView Endpoint)> Endpoints { get; private init; } = [];

    /// <summary>The pools that the page draws, those with faults among them, in the order of the inventory.</summary>
    public ImmutableArray<PoolMap> Pools { get; private init; } = [];

    /// <summary>Of a page that shows findings alone.</summary>
    public static PageLinks Of(ImmutableArray<AuditFinding> findings) => new([.. findings.Take(PageLimits.Findings)]);

    /// <summary>Of a page that shows a store, and what was found in it.</summary>
    public static PageLinks Of(InventoryReport inventory, ImmutableArray<AuditFinding> findings)
    {
        ImmutableArray<AuditFinding> shown = [.. findings.Take(PageLimits.Findings)];
        var links = new PageLinks(shown) { Endpoints = ChooseEndpoints(inventory.Document, shown), Pools = ChoosePools(inventory.Pools, shown) };
        var networks = 0;
        foreach (var network in InventoryWords.AllNetworks(inventory.Document).Take(PageLimits.Rows))
            links._things.TryAdd(network.Id, Anchor('n', networks++));
        var hosts = 0;
        foreach (var host in inventory.Document.Hosts.Take(PageLimits.Rows))
            links._things.TryAdd(host.Address, Anchor('h', hosts++));
        var pools = 0;
        foreach (var pool in links.Pools)
        {
            links._subnets.TryAdd(pool.Pool.Subnet, Anchor('p', pools));
            links._things.TryAdd(pool.Pool.Id, Anchor('p', pools++));
        }

        foreach (var (network, endpoint) in links.Endpoints)
            links._endpoints.TryAdd((network.Id, endpoint.Id), Anchor('e', links._endpoints.Count));
        for (var at = 0; at < shown.Length; at++)
            links.Index(shown[at], at);
        return links;
    }

    /// <summary>The anchor of the finding at a place in <see cref="Findings"/>.</summary>
    public static string FindingAnchor(int at) => Anchor('f', at);

    /// <summary>The anchor of a network, host or pool by id or address; null where the page does not show it.</summary>
    public string? AnchorOf(string id) => _things.GetValueOrDefault(id);

    /// <summary>The anchor of a master pool by its subnet, which its networks name it by.</summary>
    public string? AnchorOfPool(string subnet) => _subnets.GetValueOrDefault(subnet);

    public string? AnchorOf(string networkId, string endpointId) => _endpoints.GetValueOrDefault((networkId, endpointId));

    /// <summary>The anchor of what a finding's subject names: an endpoint, a network, a pool, the pool of an address, a host.</summary>
    public string? AnchorOfSubject(string subject)
    {
        if (_things.TryGetValue(subject, out var thing))
            return thing;
        if (EndpointOf(subject) is { } endpoint && _endpoints.TryGetValue(endpoint, out var row))
            return row;
        return BeforeBlank(subject) is { } id ? _things.GetValueOrDefault(id) : null;
    }

    /// <summary>The anchor of the finding with this subject, or that explains it.</summary>
    public string? FindingOf(string subject) => _findings.GetValueOrDefault(subject);

    /// <summary>Places in <see cref="Findings"/> of those that concern what has this anchor.</summary>
    public IReadOnlyList<int> FindingsAbout(string? anchor) => anchor is not null && _findingsOf.TryGetValue(anchor, out var found) ? found : [];

    private static string Anchor(char kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind}{number + 1}");

    private static (string NetworkId, string EndpointId)? EndpointOf(string subject) =>
        subject.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? (subject[..slash], subject[(slash + 1)..]) : null;

    private static ImmutableArray<(NetworkView Network, EndpointView Endpoint)> ChooseEndpoints(
        InventoryDocument document, ImmutableArray<AuditFinding> findings)
    {
        var named = findings.SelectMany(Subjects).Select(EndpointOf).OfType<(string NetworkId, string EndpointId)>().ToHashSet();
        var networks = named.Select(endpoint => endpoint.NetworkId).ToHashSet();
        var room = Math.Max(0, PageLimits.Rows - named.Count);
        // Those of a network that can add nothing need not be made.
        var all = InventoryWords.AllNetworks(document).Where(network => room > 0 || networks.Contains(network.Id))
            .SelectMany(network => network.Endpoints, (network, endpoint) => (Network: network, Endpoint: endpoint));
        return
        [
            .. all.Where(each => (networks.Contains(each.Network.Id) && named.Contains((each.Network.Id, each.Endpoint.Id))) || room-- > 0).Take(PageLimits.Rows),
        ];
    }

    private static ImmutableArray<PoolMap> ChoosePools(ImmutableArray<PoolMap> pools, ImmutableArray<AuditFinding> findings)
    {
        if (pools.Length <= PageLimits.Pools)
            return pools;
        var named = findings.SelectMany(Subjects).SelectMany(subject => new[] { subject, BeforeBlank(subject) ?? subject }).ToHashSet();
        bool IsFirst(PoolMap pool) => named.Contains(pool.Pool.Id) || AddressStates.All.Any(state => AddressStates.IsFault(state) && pool.Map.Count(state) > 0);
        var room = Math.Max(0, PageLimits.Pools - pools.Count(IsFirst));
        return [.. pools.Where(pool => IsFirst(pool) || room-- > 0).Take(PageLimits.Pools)];
    }

    private static string? BeforeBlank(string subject) => subject.LastIndexOf(' ') is > 0 and var blank ? subject[..blank] : null;

    private static IEnumerable<string> Subjects(AuditFinding finding) =>
        finding.Explains.Take(PageLimits.KeysOfFinding).Select(explained => explained.Subject).Prepend(finding.Subject);

    private void Index(AuditFinding finding, int at)
    {
        var about = new HashSet<string>();
        foreach (var subject in Subjects(finding))
        {
            _findings.TryAdd(subject, FindingAnchor(at));
            if (AnchorOfSubject(subject) is { } anchor)
                about.Add(anchor);
        }

        if (finding.Network is { } network && AnchorOf(network.Id) is { } own)
            about.Add(own);
        foreach (var anchor in about)
            if (_findingsOf.TryGetValue(anchor, out var list))
                list.Add(at);
            else
                _findingsOf.Add(anchor, [at]);
    }
}
