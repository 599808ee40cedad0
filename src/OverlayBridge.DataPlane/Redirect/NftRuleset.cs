using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>Rules as nftables' own language has them, and back. Pure. One table of our own for each of IPv4 and IPv6.</summary>
internal static partial class NftRuleset
{
    public const string Table = "overlaybridge";

    /// <summary>
    /// In the order of the hooks. Holding comes before connection tracking, so that it sees the address that was meant, whatever
    /// rewrites it later. Redirecting comes before everybody else's (-100), and blocking after: it sees what was not rewritten.
    /// </summary>
    private static readonly ImmutableArray<(string Name, string Hook, RuleKind[] Kinds)> Chains =
    [
        ("guard", "type filter hook prerouting priority -300", [RuleKind.Guard]),
        ("hold", "type filter hook output priority -300", [RuleKind.NoteOpening, RuleKind.HoldOpening, RuleKind.HoldPush, RuleKind.HoldData]),
        ("divert", "type nat hook output priority -110", [RuleKind.Redirect]),
        ("block", "type filter hook output priority 0", [RuleKind.Block]),
        ("answer", "type nat hook postrouting priority 90", [RuleKind.Masquerade]),
    ];

    /// <summary>One transaction that takes our table away, and puts another in its place where there are rules.</summary>
    /// <param name="families">Of <c>ip</c> and <c>ip6</c>, those to be touched.</param>
    public static string Replace(ImmutableArray<StoreRule> rules, IEnumerable<string> families)
    {
        var text = new StringBuilder();
        foreach (var family in families)
        {
            // Adding first makes the deletion succeed where there is no table.
            text.Append(CultureInfo.InvariantCulture, $"add table {family} {Table}\ndelete table {family} {Table}\n");
            var own = rules.Where(r => Family(r) == family).ToImmutableArray();
            if (own.IsEmpty)
                continue;
            text.Append(CultureInfo.InvariantCulture, $"table {family} {Table} {{\n");
            foreach (var (name, hook, kinds) in Chains)
                if (own.Where(r => kinds.Contains(r.Kind)).Select(Rule).ToArray() is { Length: > 0 } lines)
                    text.Append(CultureInfo.InvariantCulture, $"  chain {name} {{\n    {hook}; policy accept;\n{string.Concat(lines)}  }}\n");
            text.Append("}\n");
        }
        return text.ToString();
    }

    public static string Family(StoreRule rule) => rule.IsIPv6 ? "ip6" : "ip";

    /// <summary>The families that have our table, from <c>nft list tables</c>.</summary>
    public static IEnumerable<string> Families(string tables) =>
        tables.Split('\n').Select(static line => line.Split(' ')).Where(static words => words is ["table", "ip" or "ip6", Table]).Select(static words => words[1]);

    /// <summary>Our rules, from <c>nft list table</c>.</summary>
    public static IEnumerable<StoreRule> Parse(string listing) =>
        Comment().Matches(listing).Select(static m => StoreRule.TryParse(m.Groups[1].Value)).OfType<StoreRule>();

    private static string Rule(StoreRule rule)
    {
        var family = Family(rule);
        var match = $"{family} daddr {rule.Source.Address} tcp dport {rule.Source.Port}";
        var ours = string.Create(CultureInfo.InvariantCulture, $"meta mark != 0x{StoreRules.ExemptMark:x8}");
        var text = rule.Kind switch
        {
            RuleKind.NoteOpening => string.Create(CultureInfo.InvariantCulture, $"{match} tcp flags & syn != 0 {ours} log group {StoreRules.NoteGroup}"),
            RuleKind.HoldOpening => $"{match} tcp flags & syn != 0 {ours} drop",
            RuleKind.HoldPush => $"{match} tcp flags & psh != 0 {ours} drop",
            RuleKind.HoldData => string.Create(CultureInfo.InvariantCulture, $"{match} meta length > {AckLength.For(rule)} {ours} drop"),
            RuleKind.Block => $"{match} tcp flags & rst == 0 {ours} drop",
            RuleKind.Redirect => $"{match} {ours} dnat to {rule.Gateway}",
            RuleKind.Masquerade =>
                $"{family} daddr {rule.Gateway!.Address} tcp dport {rule.Gateway.Port} ct status dnat ct original {family} daddr {rule.Source.Address} masquerade",
            RuleKind.Guard => $"iifname \"{rule.Device}\" ip daddr 127.0.0.0/8 drop",
            _ => throw new ArgumentException($"no form for {rule.Kind}", nameof(rule)),
        };
        return $"    {text} comment \"{rule.Name}\"\n";
    }

    [GeneratedRegex("comment \"(" + StoreRule.NamePrefix + "[^\"]*)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Comment();
}
