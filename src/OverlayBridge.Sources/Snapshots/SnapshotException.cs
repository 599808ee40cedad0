namespace OverlayBridge.Sources.Snapshots;

/// <summary>A Consul snapshot is not what was expected. Stays inside this project: readers turn it into a <see cref="SourceException"/>.</summary>
internal sealed class SnapshotException(string message) : Exception(message);
