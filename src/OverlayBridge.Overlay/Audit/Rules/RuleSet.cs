using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>Every rule as code, by number.</summary>
internal static class RuleSet
{
    public static ImmutableArray<Rule> All { get; } =
    [
        new Rule01UnreadableNetwork(),
        new Rule02UnreadableEndpoint(),
        new Rule07WrongCount(),
    ];
}
