using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Plans.Making;

/// <summary>Deals containers out to swarm hosts: replicas of a set far from each other, then as evenly as can be.</summary>
internal sealed class MoveTargets(ImmutableArray<string> hosts)
{
    private readonly Dictionary<string, int> _moved = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Host, string Set), int> _ofSet = [];

    public string Next(string? set)
    {
        var host = hosts.MinBy(host => (set is null ? 0 : _ofSet.GetValueOrDefault((host, set)), _moved.GetValueOrDefault(host)))!;
        _moved[host] = _moved.GetValueOrDefault(host) + 1;
        if (set is not null)
            _ofSet[(host, set)] = _ofSet.GetValueOrDefault((host, set)) + 1;
        return host;
    }
}
