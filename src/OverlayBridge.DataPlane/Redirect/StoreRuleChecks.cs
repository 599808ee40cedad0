using System.Net;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>What no packet filter can do, found before it is tried. Pure.</summary>
internal static class StoreRuleChecks
{
    /// <exception cref="RedirectException">One of the redirects is impossible.</exception>
    public static void Throw(StoreRules wanted)
    {
        foreach (var (source, gateway) in wanted.Redirected)
            if (source.AddressFamily != gateway.AddressFamily)
                throw new RedirectException(
                    $"{source} cannot be redirected to {gateway}.", "One is IPv4 and the other IPv6.", "Give a gateway of the source's family.");
            else if (wanted.Redirected.ContainsKey(gateway))
                throw new RedirectException(
                    $"{source} cannot be redirected to {gateway}.", "The gateway's address is one of the old store's.", "Let the gateway listen at another address or port.");
            else if (source.Address.Equals(IPAddress.IPv6Loopback) && !IPAddress.IsLoopback(gateway.Address))
                throw new RedirectException(
                    $"{source} cannot be redirected to {gateway}.",
                    "The kernel lets no packet of ::1 leave the host; only 127.0.0.0/8 can be let out.",
                    "Point this host's engine at 127.0.0.1, or let a gateway listen at ::1 on this host.");
        foreach (var source in wanted.Held.Union(wanted.Closed).Where(wanted.Redirected.ContainsKey))
            throw new ArgumentException($"{source} cannot be held and redirected at once", nameof(wanted));
        foreach (var source in wanted.Held.Intersect(wanted.Closed))
            throw new ArgumentException($"{source} is held, and so closed already", nameof(wanted));
    }
}
