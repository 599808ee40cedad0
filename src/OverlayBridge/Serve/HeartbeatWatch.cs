using System.Collections.Immutable;

namespace OverlayBridge.Serve;

/// <summary>What is in the store about a host at one moment.</summary>
/// <param name="Heartbeat">Index of the heartbeat's last change, 0 when there is none. Its content does not matter.</param>
/// <param name="IsLost">The host is marked as lost already.</param>
internal sealed record HostSighting(string Host, ulong Heartbeat, bool IsLost);

/// <summary>
/// Remembers when each heartbeat was last seen to change, by the clock of who looks; the hosts' clocks do not matter. A
/// new watch gives every host its full time.
/// </summary>
internal sealed record HeartbeatWatch(ImmutableDictionary<string, HeartbeatWatch.LastChange> Hosts)
{
    /// <summary>A host whose heartbeat does not change for this long is lost; agents send one every 5 s.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static HeartbeatWatch Empty { get; } = new(ImmutableDictionary<string, LastChange>.Empty);

    /// <summary>Takes in what is in the store now.</summary>
    /// <param name="now">Of a clock that only goes forward.</param>
    /// <returns>The hosts to be marked as lost; they are named again until they are.</returns>
    public (HeartbeatWatch Next, ImmutableArray<string> Lost) Observe(TimeSpan now, IEnumerable<HostSighting> sightings)
    {
        var hosts = ImmutableDictionary.CreateBuilder<string, LastChange>();
        var lost = ImmutableArray.CreateBuilder<string>();
        foreach (var sighting in sightings)
        {
            var last = Hosts.TryGetValue(sighting.Host, out var known) && known.Heartbeat == sighting.Heartbeat
                ? known
                : new LastChange(sighting.Heartbeat, now);
            hosts[sighting.Host] = last;
            if (!sighting.IsLost && now - last.At >= Patience)
                lost.Add(sighting.Host);
        }
        return (new HeartbeatWatch(hosts.ToImmutable()), lost.ToImmutable());
    }

    internal readonly record struct LastChange(ulong Heartbeat, TimeSpan At);
}
