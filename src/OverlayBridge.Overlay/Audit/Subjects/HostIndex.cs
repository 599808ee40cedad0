using OverlayBridge.Legacy.Records.Nodes;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Audit.Subjects;

/// <summary>A D.</summary>
/// <param name="Advertised">Address and port, from the key.</param>
internal sealed record Registration(string Advertised, Filed<NodeRecord> Filed);

/// <summary>The hosts that discovery knows.</summary>
internal sealed class HostIndex
{
    private readonly HashSet<string> _locators = [];

    /// <param name="isKept">There is a D, or the folder of them.</param>
    public HostIndex(DecodedStore store, bool isKept)
    {
        IsKept = isKept;
        ByAddress = store.Nodes.Select(n => new Registration(n.Key, n.Value)).ToLookup(n => HostViews.HostOf(n.Advertised));
        foreach (string advertised in store.Nodes.Keys)
        {
            _locators.Add(HostViews.HostOf(advertised));
            _locators.Add(advertised.Split(':')[0]); // how engines make a locator, which is wrong for IPv6
        }
    }

    /// <summary>Discovery is kept in this tree; otherwise nothing can be said about hosts.</summary>
    public bool IsKept { get; }

    /// <summary>Registrations by the host part of their address.</summary>
    public ILookup<string, Registration> ByAddress { get; }

    public bool IsRegistered(string locator) => _locators.Contains(locator);
}
