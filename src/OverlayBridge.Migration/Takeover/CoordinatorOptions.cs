namespace OverlayBridge.Migration.Takeover;

/// <param name="NodeName">This control node's name, for the progress that it reports.</param>
public sealed record CoordinatorOptions(string NodeName)
{
    /// <summary>How often record and reports are looked at while nothing is held. They are in this node's memory.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The same while something is held or redirected: each look adds to the freeze.</summary>
    public TimeSpan Busy { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How often the progress is written although nothing changed, so that the coordinator's silence is seen.</summary>
    public TimeSpan ProgressEvery { get; init; } = TimeSpan.FromSeconds(5);
}
