using System.Collections.Immutable;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>By nftables: every change is one transaction of the kernel.</summary>
internal sealed class NftRedirect(FilterPrograms programs, Localnet localnet) : IStoreRedirect
{
    public const string Name = "nftables";
    private const string Program = "nft";

    public string Backend => Name;

    public async Task CheckAsync(StoreRules wanted, CancellationToken token)
    {
        StoreRuleChecks.Throw(wanted);
        var rules = StoreRule.For(wanted);
        var script = NftRuleset.Replace(rules, rules.Select(NftRuleset.Family).Distinct());
        await programs.MustAsync(Program, ["--check", "-f", "-"], script, token).ConfigureAwait(false);
    }

    public async Task<StoreRules> ReadAsync(CancellationToken token) => StoreRule.Of((await ReadRulesAsync(token).ConfigureAwait(false)).Rules);

    public async Task<AppliedRules> ApplyAsync(StoreRules wanted, CancellationToken token)
    {
        StoreRuleChecks.Throw(wanted);
        var (before, families) = await ReadRulesAsync(token).ConfigureAwait(false);
        var (full, setBack) = await localnet.CompleteAsync(wanted, StoreRule.Of(before)).ConfigureAwait(false);
        var rules = StoreRule.For(full);
        await localnet.SetBackAsync(setBack).ConfigureAwait(false);
        // A table whose rules somebody took away is no longer needed, but stands.
        var used = rules.Select(NftRuleset.Family).ToImmutableHashSet();
        var isDue = !before.SetEquals(rules) || !used.SetEquals(families);
        if (isDue)
            await programs.MustAsync(Program, ["-f", "-"], NftRuleset.Replace(rules, used.Union(families)), token).ConfigureAwait(false);
        await localnet.OpenAsync(full.LocalnetDevices).ConfigureAwait(false);
        return new AppliedRules(full, isDue);
    }

    private async Task<(ImmutableHashSet<StoreRule> Rules, ImmutableArray<string> Families)> ReadRulesAsync(CancellationToken token)
    {
        var tables = await programs.MustAsync(Program, ["list", "tables"], null, token).ConfigureAwait(false);
        var families = NftRuleset.Families(tables).ToImmutableArray();
        var rules = ImmutableHashSet.CreateBuilder<StoreRule>();
        foreach (var family in families)
            rules.UnionWith(NftRuleset.Parse(await programs.MustAsync(Program, ["list", "table", family, NftRuleset.Table], null, token).ConfigureAwait(false)));
        return (rules.ToImmutable(), families);
    }
}
