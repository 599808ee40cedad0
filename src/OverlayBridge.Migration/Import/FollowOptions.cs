using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Import;

/// <summary>How a source is followed.</summary>
/// <param name="Name">Name of the source in the cluster: the last part of <c>overlaybridge/v1/sources/NAME</c>.</param>
public sealed record FollowOptions(string Name)
{
    public DeletionPolicy Deletions { get; init; } = new();

    public WatchOptions Watch { get; init; } = WatchOptions.Default;

    /// <summary>How often the cluster is read and compared whole, in case something else wrote there.</summary>
    public TimeSpan CompareEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Shortest time between two writes of the <c>FollowRecord</c> that only tell of progress.</summary>
    public TimeSpan RecordEvery { get; init; } = TimeSpan.FromSeconds(1);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>A name made of the STATE: <c>consul://10.0.0.5:8500/prod</c> is <c>consul-10.0.0.5-8500-prod</c>.</summary>
    public static string NameOf(StateUri state)
    {
        var parts = string.Concat(state.ToString().Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : ' '));
        return string.Join('-', parts.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>The cluster is made a standby of the source once that was read; else it was made one before, or is to take clients' writes too.</summary>
    public bool MakesStandby { get; init; }
}
