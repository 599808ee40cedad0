using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Overlay.Takeovers;

/// <summary>A host with an agent, or a relay, that takes part in a takeover, as far as it is known.</summary>
/// <param name="Name">Of the host, or of the relay's node.</param>
/// <param name="Report">What it says to have in force; null when it said nothing about this takeover.</param>
/// <param name="IsHeard">Its agent, or the relay, gave a sign of life lately.</param>
public sealed record Participant(string Name, bool IsRelay, TakeoverHostReport? Report, bool IsHeard)
{
    /// <summary>For people: <c>h1</c>, <c>relay n1</c>.</summary>
    public string Label => IsRelay ? $"relay {Name}" : Name;

    public bool Is(TakeoverHostState state) => Report?.State == state;

    /// <summary>What keeps it from a state, for people.</summary>
    public string Lacks(TakeoverHostState state) =>
        Report is null ? $"{Label} (its {(IsRelay ? "node" : "agent")} has not reported{(IsHeard ? "" : " and is not heard of")})"
        : Report.Cause.Length > 0 ? $"{Label} ({Report.Cause})"
        : !IsHeard ? $"{Label} (not heard of)"
        : Report.State == state ? Label
        : $"{Label} ({Report.State.ToString().ToLowerInvariant()})";
}
