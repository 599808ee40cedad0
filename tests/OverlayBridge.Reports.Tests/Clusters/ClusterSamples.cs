using OverlayBridge.Reports.Clusters;

namespace OverlayBridge.Reports.Tests.Clusters;

/// <summary>Clusters to look at.</summary>
internal static class ClusterSamples
{
    public static ClusterReport Alone { get; } = new(new(
        ClusterDocument.CurrentFormatVersion, "bridge://127.0.0.1:8500", ClusterDocument.Healthy, "127.0.0.1:8300", 0,
        [new("n1", "127.0.0.1:8300", "127.0.0.1:8500", "0.1.0", "leader", 12, 7, 0, "")]));

    public static ClusterReport Cluster(string name) => new(new(
        ClusterDocument.CurrentFormatVersion, "bridge://10.0.0.5:8500", ClusterDocument.Degraded, "10.0.0.5:8300", 0,
        [
            new(name, "10.0.0.5:8300", "10.0.0.5:8500", "0.1.0", "leader", 123456, 100000, 120, ""),
            new("n2", "10.0.0.6:8300", "10.0.0.6:8500", "0.1.0", "follower", 123456, 100000, 80, ""),
            new("", "10.0.0.7:8300", "", "", "away", null, null, null, $"it does not answer, says {name}"),
        ]));

    public static RestoreReport Restore(string name) => new(new(
        RestoreDocument.CurrentFormatVersion, name, "bridge://10.0.0.5:8500", RestoreDocument.Planned, 4711, 100, 2, 3, 4, 5));
}
