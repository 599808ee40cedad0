using System.Collections.Immutable;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>
/// By iptables and ip6tables, whichever form of them the host uses: single rules, inserted and deleted one at a time. What comes in
/// comes before what goes, so that there is no moment between a hold and the redirect that follows it.
/// </summary>
/// <param name="variant">Ending of the programs' names where not the host's usual ones are meant: <c>-legacy</c> or <c>-nft</c>.</param>
internal sealed class IptablesRedirect(FilterPrograms programs, Localnet localnet, string variant = "") : IStoreRedirect
{
    public const string Name = "iptables";

    /// <summary>Why nothing can be noted here; null while nothing tells that it cannot.</summary>
    private string? noteRefusal;

    public string Backend => Name;

    public async Task CheckAsync(StoreRules wanted, CancellationToken token)
    {
        StoreRuleChecks.Throw(wanted);
        // There is no trial run: listing loads the tables and shows whether the right to change them is there.
        foreach (var ipv6 in StoreRule.For(wanted).Select(static r => r.IsIPv6).Distinct())
            await ReadAsync(ipv6, token).ConfigureAwait(false);
    }

    public async Task<StoreRules> ReadAsync(CancellationToken token) =>
        StoreRule.Of((await ReadRulesAsync(StoreRules.None, token).ConfigureAwait(false)).ToImmutableHashSet());

    public async Task<AppliedRules> ApplyAsync(StoreRules wanted, CancellationToken token)
    {
        StoreRuleChecks.Throw(wanted);
        var before = await ReadRulesAsync(wanted, token).ConfigureAwait(false);
        var (full, setBack) = await localnet.CompleteAsync(wanted, StoreRule.Of(before.ToImmutableHashSet())).ConfigureAwait(false);
        var rules = StoreRule.For(full, notes: noteRefusal is null);
        // A note must stand before the drop. Where only the drop was taken away, both are made anew.
        var behind = before.Where(rule => rule.Kind == RuleKind.NoteOpening && !before.Contains(rule with { Kind = RuleKind.HoldOpening })).ToArray();
        foreach (var note in behind)
            await RunAsync(note, IptablesRuleset.Delete(note), token).ConfigureAwait(false);
        before = before.RemoveRange(behind);
        var (missing, surplus) = (rules.Except(before).ToArray(), Surplus(before, rules).OrderByDescending(static r => r.Kind).ToArray());
        var inserted = await InsertAsync(missing, token).ConfigureAwait(false);
        await localnet.OpenAsync(full.LocalnetDevices).ConfigureAwait(false);
        await localnet.SetBackAsync(setBack).ConfigureAwait(false);
        foreach (var rule in surplus)
            await RunAsync(rule, IptablesRuleset.Delete(rule), token).ConfigureAwait(false);
        var holds = !full.Held.IsEmpty || !full.Closed.IsEmpty;
        return new AppliedRules(full, inserted + behind.Length + surplus.Length > 0) { NotNoted = holds ? noteRefusal : null };
    }

    /// <summary>Notes come in first, and what drops the same packets behind them: no opening is dropped that was not noted.</summary>
    /// <returns>How many; those that the host cannot have are left out.</returns>
    private async Task<int> InsertAsync(StoreRule[] missing, CancellationToken token)
    {
        var notes = new Dictionary<bool, int> { [false] = 0, [true] = 0 };
        var count = 0;
        foreach (var rule in missing)
            if (rule.Kind != RuleKind.NoteOpening)
            {
                await RunAsync(rule, IptablesRuleset.Insert(rule, rule.Kind == RuleKind.HoldOpening ? notes[rule.IsIPv6] : 0), token).ConfigureAwait(false);
                count++;
            }
            else if (noteRefusal is null && await TryNoteAsync(rule, token).ConfigureAwait(false))
            {
                notes[rule.IsIPv6]++;
                count++;
            }
        return count;
    }

    /// <summary>There is no trial run: that it cannot be is seen when it is refused.</summary>
    private async Task<bool> TryNoteAsync(StoreRule rule, CancellationToken token)
    {
        var arguments = IptablesRuleset.Insert(rule);
        var result = await programs.RunAsync(Program(rule.IsIPv6), arguments, null, token).ConfigureAwait(false);
        if (result.ExitCode != 0)
            noteRefusal = FilterPrograms.Refused(Program(rule.IsIPv6), arguments, result).Cause;
        return result.ExitCode == 0;
    }

    /// <summary>What stands and is not wanted, and what stands more than once.</summary>
    private static IEnumerable<StoreRule> Surplus(ImmutableArray<StoreRule> before, ImmutableArray<StoreRule> wanted) =>
        before.GroupBy(static r => r).SelectMany(same => same.Skip(wanted.Contains(same.Key) ? 1 : 0));

    private string Program(bool ipv6) => (ipv6 ? "ip6tables" : "iptables") + variant;

    private Task<string> RunAsync(StoreRule rule, ImmutableArray<string> arguments, CancellationToken token) =>
        programs.MustAsync(Program(rule.IsIPv6), arguments, null, token);

    /// <summary>IPv6 is asked where it is wanted, or where the host has it at all.</summary>
    private async Task<ImmutableArray<StoreRule>> ReadRulesAsync(StoreRules wanted, CancellationToken token)
    {
        var rules = await ReadAsync(ipv6: false, token).ConfigureAwait(false);
        var hasIpv6 = programs.Find(Program(ipv6: true)) is not null && File.Exists("/proc/net/if_inet6");
        return hasIpv6 || StoreRule.For(wanted).Any(static r => r.IsIPv6)
            ? rules.AddRange(await ReadAsync(ipv6: true, token).ConfigureAwait(false))
            : rules;
    }

    private async Task<ImmutableArray<StoreRule>> ReadAsync(bool ipv6, CancellationToken token)
    {
        var rules = ImmutableArray.CreateBuilder<StoreRule>();
        foreach (var (table, chain) in IptablesRuleset.Places)
            rules.AddRange(IptablesRuleset.Parse(
                await programs.MustAsync(Program(ipv6), IptablesRuleset.List(table, chain), null, token).ConfigureAwait(false)));
        return rules.ToImmutable();
    }
}
