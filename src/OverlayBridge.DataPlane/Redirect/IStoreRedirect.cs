namespace OverlayBridge.DataPlane.Redirect;

/// <summary>
/// Holds and redirects a host's connections to an old store by packet filter rules of its own. Rules of others are never touched. All
/// of it may throw <see cref="RedirectException"/>.
/// </summary>
public interface IStoreRedirect
{
    /// <summary><c>nftables</c> or <c>iptables</c>.</summary>
    string Backend { get; }

    /// <summary>Finds out whether rules such as these can be put in force here, and changes nothing.</summary>
    Task CheckAsync(StoreRules wanted, CancellationToken token);

    /// <summary>What own rules the kernel has. A part of what belongs together counts as not there.</summary>
    Task<StoreRules> ReadAsync(CancellationToken token);

    /// <summary>
    /// Makes exactly this be in force; <see cref="StoreRules.None"/> leaves nothing behind. On the way no address is reachable that is
    /// held or redirected both before and after. Done again it changes nothing.
    /// </summary>
    /// <param name="wanted">Its devices are those that a former call answered, so that they are set back though the rules were lost.</param>
    Task<AppliedRules> ApplyAsync(StoreRules wanted, CancellationToken token);
}

/// <param name="Rules">What is in force now: what was wanted, with the devices.</param>
/// <param name="Changed">Whether it was not so before.</param>
public sealed record AppliedRules(StoreRules Rules, bool Changed)
{
    /// <summary>Why openings that are held cannot be noted on this host; null when they are, or none is held.</summary>
    public string? NotNoted { get; init; }
}
