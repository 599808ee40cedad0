using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources;

/// <summary>A place that holds legacy overlay state: a live store, this cluster, or a dump file (STATE on the command line).</summary>
public interface IStateSource : IDisposable
{
    /// <summary>What to call it in reports: the STATE as given, without secrets.</summary>
    string Name { get; }

    /// <summary>Which keys it shows: those that start with this, e.g. <c>docker/</c> or <c>prod/docker/</c>; empty for all.</summary>
    string Prefix { get; }

    /// <summary>Reads everything under <see cref="Prefix"/> once.</summary>
    /// <exception cref="SourceException">It cannot be reached or is not what it claims to be.</exception>
    ValueTask<StoreImage> ReadAsync(CancellationToken token);
}
