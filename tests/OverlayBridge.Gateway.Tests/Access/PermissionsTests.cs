using System.Collections.Immutable;
using CsCheck;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Gateway.Access;

public sealed class PermissionsTests
{
    private const string Tokens = "overlaybridge/v1/tokens/";

    private static readonly Gen<string> Segment = Gen.OneOf("a", "b", "a/", "b/", "overlaybridge/", "v1/", "tokens/", "hosts/");
    private static readonly Gen<string> Text = Segment.Array[0, 4].Select(string.Concat);
    private static readonly Gen<string> Key = Gen.Frequency(
        (4, Text), (1, Gen.OneOf("", "x", "x/y", "/").Select(end => Tokens + end)), (1, Gen.OneOf("overlaybridge/v1/tokens", "overlaybridge/v1/to", "overlaybridge/")));
    private static readonly Gen<AccessRule> Rule = Gen.Select(
        Key, Gen.OneOf(AccessRight.None, AccessRight.Read, AccessRight.Write), Gen.Bool, static (prefix, right, exact) => new AccessRule(prefix, right, exact));
    private static readonly Gen<ImmutableArray<AccessRule>> Rules = Rule.Array[0, 6].Select(static rules => rules.ToImmutableArray());

    /// <summary>Every key that one of the generated prefixes can be told apart by, and some below each.</summary>
    private static readonly ImmutableArray<string> Universe = Below(["", "a", "b", "a/", "b/", "overlaybridge/", "v1/", "tokens/", "hosts/"], 3);

    [Fact]
    public void The_rule_with_the_longest_prefix_counts_an_exact_one_before_all() =>
        Gen.Select(Rules, Key).Sample((rules, key) => Assert.Equal(Model(rules, key), Of(rules).RightTo(StoreKey.FromText(key))), iter: 20_000);

    [Fact]
    public void A_tree_may_be_written_or_shown_whole_only_when_each_key_in_it_may() => Gen.Select(Rules, Text).Sample(
        (rules, prefix) =>
        {
            var permissions = Of(rules);
            var inside = Universe.Concat(rules.SelectMany(static rule => new[] { rule.Prefix, rule.Prefix + "~" })).Append(prefix).Append(prefix + "~")
                .Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(StoreKey.FromText).ToList();
            // A tree that is deleted leaves the records of tokens; a list that is shown must not hold them.
            var others = inside.Where(static key => !key.StartsWith(TokenRecord.Prefix)).ToList();
            var under = StoreKey.FromText(prefix);
            Assert.Equal(others.Count > 0 && others.All(permissions.MayWrite), permissions.MayWriteAllUnder(under));
            Assert.Equal(inside.All(permissions.MayRead) && !TokenRecord.Prefix.StartsWith(under), permissions.MayReadAllUnder(under));
        },
        iter: 20_000);

    [Fact]
    public void No_rule_opens_the_records_of_tokens() => Gen.Select(Rules, Gen.String).Sample((rules, end) =>
    {
        var permissions = Of(rules.Add(new(Tokens + end, AccessRight.Write, Exact: true)));
        var key = StoreKey.FromText(Tokens + end);
        Assert.False(permissions.MayRead(key) || permissions.MayWrite(key) || permissions.MayReadAllUnder(key) || permissions.MayWriteAllUnder(key));
    });

    [Theory]
    [InlineData("docker/network/v1.0/network/x", AccessRight.Write)]
    [InlineData("docker", AccessRight.None)]
    [InlineData("overlaybridge/v1/hosts/a", AccessRight.None)]
    public void An_engine_has_its_keys_and_no_others(string key, AccessRight right) => Assert.Equal(right, RightOf(RoleRights.Engine("docker/"), key));

    [Theory]
    [InlineData("docker/network/v1.0/network/x", AccessRight.Write)]
    [InlineData("overlaybridge/v1/exposures/x", AccessRight.Write)]
    [InlineData("overlaybridge/v1/sources/x", AccessRight.Read)]
    [InlineData("overlaybridge/v1/hosts/a", AccessRight.Write)]
    [InlineData("overlaybridge/v1/hosts/a/heartbeat", AccessRight.Write)]
    [InlineData("overlaybridge/v1/hosts/ab", AccessRight.Read)]
    [InlineData("overlaybridge/v1/hosts/ab/heartbeat", AccessRight.Read)]
    [InlineData("overlaybridge/v1/heartbeats/a", AccessRight.Write)]
    [InlineData("overlaybridge/v1/heartbeats/ab", AccessRight.Read)]
    [InlineData("overlaybridge/v1/takeover", AccessRight.Write)]
    [InlineData("overlaybridge/v1/takeover/progress", AccessRight.Read)]
    [InlineData("overlaybridge/v1/tokens/a", AccessRight.None)]
    public void An_agent_writes_what_is_its_hosts_own_and_its_engines_and_reads_the_rest(string key, AccessRight right) => Assert.Equal(right, RightOf(RoleRights.AgentOf("a"), key));

    [Fact]
    public void A_record_comes_back_from_its_JSON_as_it_was() => Gen.Select(Rules, Gen.String, Gen.DateTimeOffset, Gen.Enum<TokenRole>()).Sample((rules, name, time, role) =>
    {
        var record = new TokenRecord(TokenRecord.CurrentFormatVersion, "id", name, role, "", rules, AccessRight.Read, AccessRight.Write, time, time);
        var back = TokenRecord.Decode(record.Encode());
        Assert.NotNull(back);
        Assert.Equal(record.Rules, back.Rules);
        Assert.Equal(record, back with { Rules = record.Rules });
    });

    [Fact]
    public void Whatever_stands_in_the_place_of_a_record_it_is_one_or_none() =>
        Gen.OneOf(Gen.Byte.Array, Gen.String.Select(System.Text.Encoding.UTF8.GetBytes)).Sample(bytes => Assert.Null(TokenRecord.Decode(bytes)));

    private static AccessRight Model(ImmutableArray<AccessRule> rules, string key)
    {
        if (key.StartsWith(Tokens, StringComparison.Ordinal))
            return AccessRight.None;
        var covering = rules.Where(rule => rule.Exact ? rule.Prefix == key : key.StartsWith(rule.Prefix, StringComparison.Ordinal)).ToList();
        if (covering.Count == 0)
            return AccessRight.None;
        var exact = covering.Where(static rule => rule.Exact).ToList();
        var longest = exact.Count > 0 ? exact : covering.Where(rule => rule.Prefix.Length == covering.Max(static other => other.Prefix.Length)).ToList();
        return longest.Min(static rule => rule.Right);
    }

    private static AccessRight RightOf(RoleRights rights, string key) => Of(rights.Rules).RightTo(StoreKey.FromText(key));

    private static Permissions Of(ImmutableArray<AccessRule> rules) => Permissions.Of(
        new TokenRecord(TokenRecord.CurrentFormatVersion, "id", "name", TokenRole.Reader, "", rules, AccessRight.None, AccessRight.None, default, null));

    private static ImmutableArray<string> Below(string[] segments, int depth) => depth == 0
        ? [""]
        : [.. Below(segments, depth - 1).SelectMany(start => segments.Select(segment => start + segment)).Distinct()];
}
