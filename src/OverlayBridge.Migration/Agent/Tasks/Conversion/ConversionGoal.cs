using System.Collections.Immutable;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>Where a conversion is to lead.</summary>
/// <param name="Manager">Host of the swarm manager, by name.</param>
/// <param name="Version">Engine version that is to run in the swarm; null for the one that the host usually starts.</param>
/// <param name="Networks">That go over.</param>
internal sealed record ConversionGoal(string Manager, string? Version, ImmutableArray<ConversionNetwork> Networks)
{
    /// <summary>Versions carry the packager's suffix: <c>20.10.5+dfsg1</c> is 20.10.5.</summary>
    public static bool IsVersion(string running, string? wanted) =>
        wanted is null || running == wanted ||
        (running.StartsWith(wanted, StringComparison.Ordinal) && !char.IsAsciiDigit(running[wanted.Length]));
}

/// <param name="LegacyId">64 hex digits.</param>
/// <param name="SwarmId">Of the swarm network of the same name.</param>
internal sealed record ConversionNetwork(string Name, string LegacyId, string SwarmId);
