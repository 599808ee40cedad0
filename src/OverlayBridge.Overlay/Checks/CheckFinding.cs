using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Checks;

/// <summary>Something about a shared network that does not work, or will not.</summary>
/// <param name="Code">A slug for scripts, e.g. <c>udp-blocked</c>.</param>
/// <param name="Severity"><c>error</c>: traffic is lost or will be. <c>warning</c>: it works, but not as it should.</param>
/// <param name="Hosts">Where, by name; of a path from and to, in this order.</param>
/// <param name="What">What was found, one sentence.</param>
/// <param name="Why">Cause or consequence, one sentence.</param>
/// <param name="Remedy">What to do, one sentence.</param>
public sealed record CheckFinding(string Code, string Severity, ImmutableArray<string> Hosts, string What, string Why, string Remedy)
{
    public const string Error = "error";
    public const string Warning = "warning";
}

/// <summary>What one host heard of another.</summary>
/// <param name="State"><c>ok</c>, <c>short-only</c> (full-length frames are lost), <c>lost</c>, or <c>unknown</c> (one of the two did not answer or could not send).</param>
public sealed record CheckedPath(string From, string To, string State);

/// <summary>What came of a check.</summary>
/// <param name="Findings">The worst first.</param>
/// <param name="Paths">Every ordered pair of hosts that have a container of the network.</param>
public sealed record CheckOutcome(ImmutableArray<CheckFinding> Findings, ImmutableArray<CheckedPath> Paths);
