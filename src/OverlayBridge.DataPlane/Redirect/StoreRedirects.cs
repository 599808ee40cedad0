using System.Net;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>Chooses how a host's connections are held and redirected: by nftables where that works, else by iptables.</summary>
public static class StoreRedirects
{
    /// <summary>In older kernels nftables and iptables-legacy cannot both rewrite addresses, and engines of the time use the latter.</summary>
    private static readonly Version SharedNat = new(4, 18);

    /// <summary>Addresses that are set aside for documentation.</summary>
    private static readonly StoreRules Trial = StoreRules.Redirect(
        [new(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 8500), new IPEndPoint(IPAddress.Parse("192.0.2.2"), 8500))]);

    /// <param name="inUse">What rules that may still stand were made with; null when there are none.</param>
    /// <exception cref="RedirectException">Neither works here; the cause says why not each.</exception>
    public static async Task<IStoreRedirect> ChooseAsync(HostNetwork network, string? inUse, CancellationToken token)
    {
        if (inUse is not null)
            return Named(network, inUse) ??
                throw new RedirectException($"'{inUse}' is no way to redirect that this version knows.", "Another version made the rules that stand.", "Use that version.");
        var failures = new List<(string Name, RedirectException Error)>();
        foreach (var candidate in Candidates(network, Environment.OSVersion.Version))
            try
            {
                await candidate.CheckAsync(Trial, token).ConfigureAwait(false);
                return candidate;
            }
            catch (RedirectException e)
            {
                failures.Add((candidate.Backend, e));
            }
        throw new RedirectException(
            "This host's connections cannot be redirected.",
            string.Join(' ', failures.Select(static f => $"{f.Name}: {f.Error.Message} {f.Error.Cause}")),
            failures[0].Error.Remedy);
    }

    /// <summary>One of the two; null for another name.</summary>
    public static IStoreRedirect? Named(HostNetwork network, string backend) => backend switch
    {
        NftRedirect.Name => new NftRedirect(new FilterPrograms(network), new Localnet(network)),
        IptablesRedirect.Name => new IptablesRedirect(new FilterPrograms(network), new Localnet(network)),
        _ => null,
    };

    private static IEnumerable<IStoreRedirect> Candidates(HostNetwork network, Version kernel)
    {
        if (kernel >= SharedNat)
            yield return Named(network, NftRedirect.Name)!;
        yield return Named(network, IptablesRedirect.Name)!;
    }
}
