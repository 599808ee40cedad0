using System.Collections.Immutable;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Gateway.Access;

/// <summary>
/// What a caller may do: a pure function of a token's rules. Of the rules that cover a key the one with the longest prefix counts, an exact one
/// before all. The records of tokens are in nobody's reach, whatever the rules say: they are changed and shown by routes of their own.
/// </summary>
internal sealed class Permissions
{
    private readonly ImmutableArray<Rule> _rules;

    private Permissions(IEnumerable<AccessRule> rules, AccessRight sessions, AccessRight agent, bool isOperator)
    {
        // The longest first; of two with the same prefix the exact one, and then the one that allows less.
        _rules =
        [
            .. rules.Select(static rule => new Rule(StoreKey.FromText(rule.Prefix), rule.Right, rule.Exact))
                .OrderByDescending(static rule => rule.Prefix.Length).ThenByDescending(static rule => rule.Exact).ThenBy(static rule => rule.Right),
        ];
        (Sessions, Agent, IsOperator) = (sessions, agent, isOperator);
    }

    /// <summary>Where nobody is asked for a token.</summary>
    public static Permissions Everything { get; } = new([new("", AccessRight.Write)], AccessRight.Write, AccessRight.Write, isOperator: true);

    /// <summary>Without a token where one is needed.</summary>
    public static Permissions Nothing { get; } = new([], AccessRight.None, AccessRight.None, isOperator: false);

    public static Permissions Of(TokenRecord token) => new(token.Rules, token.Sessions, token.Agent, token.Role == TokenRole.Operator);

    public AccessRight Sessions { get; }

    public AccessRight Agent { get; }

    /// <summary>May do what concerns the cluster as a whole.</summary>
    public bool IsOperator { get; }

    public bool MayRead(StoreKey key) => RightTo(key) >= AccessRight.Read;

    public bool MayWrite(StoreKey key) => RightTo(key) == AccessRight.Write;

    /// <summary>Whether every key that begins with <paramref name="prefix"/> may be written, those that do not exist included.</summary>
    public bool MayWriteAllUnder(StoreKey prefix) => LeastUnder(prefix) == AccessRight.Write;

    /// <summary>Whether no key that begins with <paramref name="prefix"/> has to be left out of what is shown.</summary>
    public bool MayReadAllUnder(StoreKey prefix) => LeastUnder(prefix) >= AccessRight.Read && !TokenRecord.Prefix.StartsWith(prefix);

    public AccessRight RightTo(StoreKey key)
    {
        if (key.StartsWith(TokenRecord.Prefix))
            return AccessRight.None;
        foreach (var rule in _rules)
            if (rule.Exact ? key == rule.Prefix : key.StartsWith(rule.Prefix))
                return rule.Right;
        return AccessRight.None;
    }

    /// <summary>
    /// The least right to any key with the prefix, but for the records of tokens further down: those stay when a tree is deleted.
    /// </summary>
    private AccessRight LeastUnder(StoreKey prefix)
    {
        if (prefix.StartsWith(TokenRecord.Prefix))
            return AccessRight.None;
        var least = _rules.FirstOrDefault(rule => !rule.Exact && prefix.StartsWith(rule.Prefix))?.Right ?? AccessRight.None;
        foreach (var rule in _rules)
            if (rule.Right < least && rule.Prefix.StartsWith(prefix) && (rule.Exact || rule.Prefix != prefix) && !rule.Prefix.StartsWith(TokenRecord.Prefix))
                least = rule.Right;
        return least;
    }

    private sealed record Rule(StoreKey Prefix, AccessRight Right, bool Exact);
}
