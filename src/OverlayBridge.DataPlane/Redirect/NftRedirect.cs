using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>By nftables: every change is one transaction of the kernel.</summary>
/// <param name="program">The program's name where not the host's usual one is meant.</param>
internal sealed class NftRedirect(FilterPrograms programs, Localnet localnet, string program = "nft") : IStoreRedirect
{
    public const string Name = "nftables";

    /// <summary>Addresses that are set aside for documentation.</summary>
    private static readonly StoreRules NoteTrial = StoreRules.Close([new(IPAddress.Parse("192.0.2.1"), 8500), new(IPAddress.Parse("2001:db8::1"), 8500)]);

    /// <summary>Why nothing can be noted here, empty when it can; null until it was tried.</summary>
    private string? noteRefusal;

    public string Backend => Name;

    public async Task CheckAsync(StoreRules wanted, CancellationToken token)
    {
        StoreRuleChecks.Throw(wanted);
        var rules = StoreRule.For(wanted);
        var script = NftRuleset.Replace(rules, rules.Select(NftRuleset.Family).Distinct());
        await programs.MustAsync(program, ["--check", "-f", "-"], script, token).ConfigureAwait(false);
        await NoteRefusalAsync(token).ConfigureAwait(false); // now, so that the hold need not wait for it
    }

    public async Task<StoreRules> ReadAsync(CancellationToken token) => StoreRule.Of((await ReadRulesAsync(token).ConfigureAwait(false)).Rules);

    public async Task<AppliedRules> ApplyAsync(StoreRules wanted, CancellationToken token)
    {
        StoreRuleChecks.Throw(wanted);
        var (before, families) = await ReadRulesAsync(token).ConfigureAwait(false);
        var (full, setBack) = await localnet.CompleteAsync(wanted, StoreRule.Of(before)).ConfigureAwait(false);
        var holds = !full.Held.IsEmpty || !full.Closed.IsEmpty;
        var refusal = holds ? await NoteRefusalAsync(token).ConfigureAwait(false) : "";
        var rules = StoreRule.For(full, notes: refusal.Length == 0);
        await localnet.SetBackAsync(setBack).ConfigureAwait(false);
        // A table whose rules somebody took away is no longer needed, but stands.
        var used = rules.Select(NftRuleset.Family).ToImmutableHashSet();
        var isDue = !before.SetEquals(rules) || !used.SetEquals(families);
        if (isDue)
            await programs.MustAsync(program, ["-f", "-"], NftRuleset.Replace(rules, used.Union(families)), token).ConfigureAwait(false);
        await localnet.OpenAsync(full.LocalnetDevices).ConfigureAwait(false);
        return new AppliedRules(full, isDue) { NotNoted = refusal.Length == 0 ? null : refusal };
    }

    /// <summary>Found out by a trial, once.</summary>
    private async Task<string> NoteRefusalAsync(CancellationToken token)
    {
        if (noteRefusal is not null)
            return noteRefusal;
        var rules = StoreRule.For(NoteTrial);
        string[] arguments = ["--check", "-f", "-"];
        var result = await programs.RunAsync(program, arguments, NftRuleset.Replace(rules, rules.Select(NftRuleset.Family).Distinct()), token).ConfigureAwait(false);
        return noteRefusal = result.ExitCode == 0 ? "" : FilterPrograms.Refused(program, arguments, result).Cause;
    }

    private async Task<(ImmutableHashSet<StoreRule> Rules, ImmutableArray<string> Families)> ReadRulesAsync(CancellationToken token)
    {
        var tables = await programs.MustAsync(program, ["list", "tables"], null, token).ConfigureAwait(false);
        var families = NftRuleset.Families(tables).ToImmutableArray();
        var rules = ImmutableHashSet.CreateBuilder<StoreRule>();
        foreach (var family in families)
            rules.UnionWith(NftRuleset.Parse(await programs.MustAsync(program, ["list", "table", family, NftRuleset.Table], null, token).ConfigureAwait(false)));
        return (rules.ToImmutable(), families);
    }
}
