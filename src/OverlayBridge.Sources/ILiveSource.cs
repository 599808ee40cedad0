using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources;

/// <summary>A source that can be asked again: a dump file cannot, a server can.</summary>
public interface ILiveSource : IStateSource
{
    /// <summary>Reads everything once more, with <c>?consistent</c>: the server's leader makes sure that it still leads.</summary>
    /// <exception cref="SourceException">It cannot be reached or is not what it claims to be.</exception>
    ValueTask<ConfirmedRead> ConfirmAsync(CancellationToken token);
}

/// <summary>What a consistent read showed.</summary>
/// <param name="StoreIndex">
/// Index of the last change of any key of the whole store, read after the image. A deletion always raises it, while the
/// index of a prefix can fall back when Consul forgets a deletion after 15 minutes.
/// </param>
public sealed record ConfirmedRead(StoreImage Image, ulong StoreIndex);
