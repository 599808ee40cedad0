using System.Collections.Immutable;

namespace OverlayBridge.Overlay.Takeovers;

/// <summary>What was found out before a takeover, and who would take part in it.</summary>
/// <param name="Checks">In the order in which a person reads them.</param>
/// <param name="Hosts">Names of the hosts whose agents take part.</param>
public sealed record PreparePlan(ImmutableArray<PrepareCheck> Checks, ImmutableArray<string> Hosts)
{
    /// <summary>Nothing stands against it.</summary>
    public bool IsPossible => Checks.All(static check => check.Verdict != CheckVerdict.Problem);
}

/// <param name="Name">What was looked at.</param>
/// <param name="Text">What was seen, and what to do about it where something is.</param>
public sealed record PrepareCheck(string Name, CheckVerdict Verdict, string Text);

/// <summary>How much a check matters.</summary>
public enum CheckVerdict
{
    Ok,

    /// <summary>To be known; it does not stand against the takeover.</summary>
    Note,

    /// <summary>It cannot be prepared like this.</summary>
    Problem,
}
