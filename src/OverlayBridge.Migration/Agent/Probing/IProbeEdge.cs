using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Probing;

/// <summary>Where probes run.</summary>
internal interface IProbeEdge
{
    /// <summary>One try. Only its cancellation is thrown.</summary>
    /// <returns>Why it failed; null: it succeeded.</returns>
    Task<string?> TryAsync(ProbeTaskRecord task, CancellationToken token);
}
