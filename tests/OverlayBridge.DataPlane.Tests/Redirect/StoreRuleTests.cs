using System.Collections.Immutable;
using System.Net;
using CsCheck;

namespace OverlayBridge.DataPlane.Redirect;

public sealed class StoreRuleTests
{
    private static readonly IPEndPoint Old = IPEndPoint.Parse("10.0.0.5:8500");
    private static readonly IPEndPoint New = IPEndPoint.Parse("10.0.0.7:8600");

    private static readonly Gen<IPEndPoint> V4 = Gen.Select(Gen.Byte.Array[4], Gen.Int[1, 65535], static (a, port) => new IPEndPoint(new IPAddress(a), port));
    private static readonly Gen<IPEndPoint> V6 = Gen.Select(Gen.Byte.Array[16], Gen.Int[1, 65535], static (a, port) => new IPEndPoint(new IPAddress(a), port));
    private static readonly Gen<string> Device = Gen.Int[0, 3].Select(static i => new[] { "eth0", "bond0.12", "docker_gwbridge", "eth0@if3" }[i]);

    private static readonly Gen<StoreRules> Rules = Gen.Select(
        Gen.OneOf(V4, V6).List[0, 4],
        Gen.OneOf(Gen.Select(V4, V4), Gen.Select(V6, V6)).List[0, 4],
        Device.List[0, 2],
        static (stopped, redirected, devices) =>
        {
            var pairs = redirected.DistinctBy(static r => r.Item1).ToImmutableDictionary(static r => r.Item1, static r => r.Item2);
            var free = stopped.Where(s => !pairs.ContainsKey(s)).Distinct().ToArray();
            return new StoreRules([.. free.Take(free.Length / 2)], pairs, [.. devices]) { Closed = [.. free.Skip(free.Length / 2)] };
        });

    [Fact]
    public void What_is_wanted_comes_back_from_its_rules_and_every_rule_from_its_name() => Rules.Sample(static wanted =>
    {
        var rules = StoreRule.For(wanted);
        Assert.Equal(rules, rules.Select(static r => StoreRule.TryParse(r.Name)));
        Assert.Equal(wanted, StoreRule.Of(rules.ToImmutableHashSet()));
    });

    [Fact]
    public void A_part_of_the_rules_of_a_hold_or_redirect_counts_as_not_there() => Gen.Select(Rules, Gen.Int).Sample(static (wanted, which) =>
    {
        var rules = StoreRule.For(wanted).Where(static r => r.Kind is not (RuleKind.Guard or RuleKind.NoteOpening)).ToArray();
        if (rules.Length == 0)
            return;
        var missing = rules[(int)((uint)which % rules.Length)];
        var found = StoreRule.Of(rules.Except([missing]).ToImmutableHashSet());
        Assert.DoesNotContain(missing.Source, found.Held);
        Assert.Equal(wanted.Closed.Remove(missing.Source), found.Closed);
        Assert.DoesNotContain(missing.Source, found.Redirected.Keys);
    });

    [Fact]
    public void A_hold_is_one_without_notes_too_as_earlier_versions_made_it() =>
        Rules.Sample(static wanted => Assert.Equal(wanted, StoreRule.Of(StoreRule.For(wanted, notes: false).ToImmutableHashSet())));

    [Fact]
    public void Notes_alone_are_no_hold() => Assert.True(StoreRule.Of(ImmutableHashSet.Create(new StoreRule(RuleKind.NoteOpening, Old))).IsNone);

    [Fact]
    public void Any_comment_is_one_of_ours_or_none_and_never_an_error() =>
        Gen.OneOf(Gen.String, Gen.String.Select(static s => StoreRule.NamePrefix + "redirect:" + s), Gen.String.Select(static s => StoreRule.NamePrefix + "guard:" + s))
            .Sample(static name =>
            {
                if (StoreRule.TryParse(name) is { } rule)
                    Assert.Equal(name, rule.Name);
            });

    [Fact]
    public void Both_forms_of_all_rules_carry_names_that_are_found_again_and_nothing_that_ends_a_quotation() => Rules.Sample(static wanted =>
    {
        var rules = StoreRule.For(wanted);
        var script = NftRuleset.Replace(rules, ["ip", "ip6"]);
        Assert.Equal(rules.ToHashSet(), NftRuleset.Parse(script).ToHashSet());
        var listing = string.Join('\n', rules.Select(static r => string.Join(' ', IptablesRuleset.Insert(r))));
        Assert.Equal(rules, IptablesRuleset.Parse(listing));
        Assert.All(rules, static r => Assert.True(r.Name.Length <= 128, r.Name)); // what nftables takes as a comment
    });

    [Fact]
    public void A_redirect_is_written_for_nftables_as_one_transaction() => Assert.Equal(
        """
        add table ip overlaybridge
        delete table ip overlaybridge
        table ip overlaybridge {
          chain divert {
            type nat hook output priority -110; policy accept;
            ip daddr 10.0.0.5 tcp dport 8500 meta mark != 0x0000300b dnat to 10.0.0.7:8600 comment "overlaybridge:redirect:10.0.0.5:8500>10.0.0.7:8600"
          }
          chain block {
            type filter hook output priority 0; policy accept;
            ip daddr 10.0.0.5 tcp dport 8500 tcp flags & rst == 0 meta mark != 0x0000300b drop comment "overlaybridge:block:10.0.0.5:8500"
          }
          chain answer {
            type nat hook postrouting priority 90; policy accept;
            ip daddr 10.0.0.7 tcp dport 8600 ct status dnat ct original ip daddr 10.0.0.5 masquerade comment "overlaybridge:masquerade:10.0.0.5:8500>10.0.0.7:8600"
          }
        }

        """,
        NftRuleset.Replace(StoreRule.For(StoreRules.Redirect([new(Old, New)])), ["ip"]));

    [Fact]
    public void In_a_hold_openings_are_noted_before_they_are_dropped() => Assert.Equal(
        """
        add table ip overlaybridge
        delete table ip overlaybridge
        table ip overlaybridge {
          chain hold {
            type filter hook output priority -300; policy accept;
            ip daddr 10.0.0.5 tcp dport 8500 tcp flags & syn != 0 meta mark != 0x0000300b log group 12299 comment "overlaybridge:note-opening:10.0.0.5:8500"
            ip daddr 10.0.0.5 tcp dport 8500 tcp flags & syn != 0 meta mark != 0x0000300b drop comment "overlaybridge:hold-opening:10.0.0.5:8500"
            ip daddr 10.0.0.5 tcp dport 8500 tcp flags & psh != 0 meta mark != 0x0000300b drop comment "overlaybridge:hold-push:10.0.0.5:8500"
            ip daddr 10.0.0.5 tcp dport 8500 meta length > 80 meta mark != 0x0000300b drop comment "overlaybridge:hold-data:10.0.0.5:8500"
          }
        }

        """,
        NftRuleset.Replace(StoreRule.For(StoreRules.Hold([Old])), ["ip"]));

    [Theory]
    [InlineData(0, "--wait -t raw -I OUTPUT -p tcp")]
    [InlineData(2, "--wait -t raw -I OUTPUT 3 -p tcp")]
    public void For_iptables_a_note_matches_what_the_drop_matches_that_is_inserted_behind_it(int behind, string begin)
    {
        const string Match = " -d 10.0.0.5 --dport 8500 --tcp-flags SYN SYN -m mark ! --mark 0x300b -m comment --comment overlaybridge:";
        Assert.Equal($"{begin}{Match}note-opening:10.0.0.5:8500 -j NFLOG --nflog-group 12299", Text(RuleKind.NoteOpening));
        Assert.Equal($"{begin}{Match}hold-opening:10.0.0.5:8500 -j DROP", Text(RuleKind.HoldOpening));

        string Text(RuleKind kind) => string.Join(' ', IptablesRuleset.Insert(new StoreRule(kind, Old), behind));
    }

    [Fact]
    public void The_table_of_a_family_without_rules_is_taken_away_and_not_made_again() =>
        Assert.Equal("add table ip6 overlaybridge\ndelete table ip6 overlaybridge\n", NftRuleset.Replace([], ["ip6"]));

    [Theory]
    [InlineData("10.0.0.5:8500", "[fd00::7]:8600", "IPv4")]
    [InlineData("10.0.0.5:8500", "10.0.0.5:8500", "one of the old store's")]
    [InlineData("[::1]:8500", "[fd00::7]:8600", "::1")]
    public void A_redirect_that_no_rule_can_make_is_refused_with_its_reason(string source, string gateway, string reason)
    {
        var error = Assert.Throws<RedirectException>(() => StoreRuleChecks.Throw(StoreRules.Redirect([new(IPEndPoint.Parse(source), IPEndPoint.Parse(gateway))])));
        Assert.Contains(reason, error.Cause, StringComparison.Ordinal);
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public void What_nft_and_iptables_refuse_is_told_with_their_words_and_a_missing_right_with_what_to_do()
    {
        var error = FilterPrograms.Refused("nft", ["-f", "-"], new ProgramResult(1, "", "Error: Operation not permitted (you must be root)\n"));
        Assert.Contains("Operation not permitted", error.Cause, StringComparison.Ordinal);
        Assert.Contains("CAP_NET_ADMIN", error.Remedy, StringComparison.Ordinal);
    }
}
