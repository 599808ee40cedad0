using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>Rules as arguments of iptables and ip6tables, and back. Pure.</summary>
internal static partial class IptablesRuleset
{
    private const int LongestPacket = 65535;

    /// <summary>Where own rules may stand.</summary>
    public static ImmutableArray<(string Table, string Chain)> Places { get; } =
        [("raw", "PREROUTING"), ("raw", "OUTPUT"), ("filter", "OUTPUT"), ("nat", "POSTROUTING"), ("nat", "OUTPUT")];

    /// <summary>Inserted at the head of its chain, so that nobody's earlier rule lets a packet past it; or behind so many that were just inserted there.</summary>
    public static ImmutableArray<string> Insert(StoreRule rule, int behind = 0)
    {
        var arguments = Arguments("-I", rule);
        return behind == 0 ? arguments : arguments.Insert(arguments.IndexOf("-I") + 2, string.Create(CultureInfo.InvariantCulture, $"{behind + 1}"));
    }

    public static ImmutableArray<string> Delete(StoreRule rule) => Arguments("-D", rule);

    /// <summary>All rules of a chain.</summary>
    public static ImmutableArray<string> List(string table, string chain) => ["--wait", "-t", table, "-S", chain];

    /// <summary>Our rules, from <c>-S</c>; one that stands twice comes twice.</summary>
    public static IEnumerable<StoreRule> Parse(string listing) =>
        Comment().Matches(listing).Select(static m => StoreRule.TryParse(m.Groups[1].Value)).OfType<StoreRule>();

    private static ImmutableArray<string> Arguments(string verb, StoreRule rule)
    {
        string[] comment = ["-m", "comment", "--comment", rule.Name];
        string[] toSource = ["-p", "tcp", "-d", $"{rule.Source.Address}", "--dport", $"{rule.Source.Port}"];
        string[] notOurs = ["-m", "mark", "!", "--mark", string.Create(CultureInfo.InvariantCulture, $"0x{StoreRules.ExemptMark:x}")];
        return rule.Kind switch
        {
            RuleKind.Guard => Rule("raw", "PREROUTING", [["-i", rule.Device!, "-d", "127.0.0.0/8"], comment, ["-j", "DROP"]]),
            RuleKind.NoteOpening => Rule(
                "raw",
                "OUTPUT",
                [
                    toSource, ["--tcp-flags", "SYN", "SYN"], notOurs, comment,
                    ["-j", "NFLOG", "--nflog-group", string.Create(CultureInfo.InvariantCulture, $"{StoreRules.NoteGroup}")],
                ]),
            RuleKind.HoldOpening => Rule("raw", "OUTPUT", [toSource, ["--tcp-flags", "SYN", "SYN"], notOurs, comment, ["-j", "DROP"]]),
            RuleKind.HoldPush => Rule("raw", "OUTPUT", [toSource, ["--tcp-flags", "PSH", "PSH"], notOurs, comment, ["-j", "DROP"]]),
            RuleKind.HoldData => Rule(
                "raw", "OUTPUT", [toSource, ["-m", "length", "--length", $"{AckLength.For(rule) + 1}:{LongestPacket}"], notOurs, comment, ["-j", "DROP"]]),
            RuleKind.Block => Rule("filter", "OUTPUT", [toSource, ["--tcp-flags", "RST", "NONE"], notOurs, comment, ["-j", "DROP"]]),
            RuleKind.Masquerade => Rule(
                "nat",
                "POSTROUTING",
                [
                    ["-p", "tcp", "-d", $"{rule.Gateway!.Address}", "--dport", $"{rule.Gateway.Port}"],
                    ["-m", "conntrack", "--ctstate", "DNAT", "--ctorigdst", $"{rule.Source.Address}"], comment, ["-j", "MASQUERADE"],
                ]),
            RuleKind.Redirect => Rule("nat", "OUTPUT", [toSource, notOurs, comment, ["-j", "DNAT", "--to-destination", $"{rule.Gateway}"]]),
            _ => throw new ArgumentException($"no form for {rule.Kind}", nameof(rule)),
        };

        ImmutableArray<string> Rule(string table, string chain, string[][] parts) => ["--wait", "-t", table, verb, chain, .. parts.SelectMany(static p => p)];
    }

    [GeneratedRegex("--comment \"?(" + StoreRule.NamePrefix + "[^\"\\s]*)\"?", RegexOptions.CultureInvariant)]
    private static partial Regex Comment();
}
