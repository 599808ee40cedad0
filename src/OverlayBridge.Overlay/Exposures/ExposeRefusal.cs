namespace OverlayBridge.Overlay.Exposures;

/// <summary>A reason why a network cannot be exposed.</summary>
/// <param name="Code">A slug for scripts, e.g. <c>ipv6-pool</c>.</param>
/// <param name="What">What stands in the way, one sentence.</param>
/// <param name="Why">Why that matters, one sentence.</param>
/// <param name="Remedy">What to do, one sentence.</param>
public sealed record ExposeRefusal(string Code, string What, string Why, string Remedy);
