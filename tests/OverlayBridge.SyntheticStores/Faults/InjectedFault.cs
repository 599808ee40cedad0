using System.Collections.Immutable;

namespace OverlayBridge.SyntheticStores.Faults;

/// <summary>A fault that was put into a store.</summary>
/// <param name="Rule">Of the catalogue: <c>OB09</c>.</param>
/// <param name="Subject">What an audit names it by.</param>
/// <param name="Keys">Full keys of the records that were changed, made or removed.</param>
public sealed record InjectedFault(string Rule, string Subject, ImmutableArray<string> Keys)
{
    /// <summary>What else an audit must say because of it, each by rule and subject; all that it says beyond is wrong.</summary>
    public ImmutableArray<(string Rule, string Subject)> Consequences { get; init; } = [];
}
