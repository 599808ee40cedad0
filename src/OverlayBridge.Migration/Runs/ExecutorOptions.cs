namespace OverlayBridge.Migration.Runs;

/// <param name="NodeName">This control node's name, for the run's record and the progress.</param>
public sealed record ExecutorOptions(string NodeName)
{
    /// <summary>How often the run is looked at while hosts are at work. It is in this node's memory.</summary>
    public TimeSpan Busy { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The same while there is no run, or it is over.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the progress is written although nothing changed, so that the executor's silence is seen.</summary>
    public TimeSpan ProgressEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A probe that counts no further for so long, and its interval, is tried no more: agents report once a second.</summary>
    public TimeSpan ProbePatience { get; init; } = TimeSpan.FromSeconds(10);
}
