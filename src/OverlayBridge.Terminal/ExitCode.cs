namespace OverlayBridge.Terminal;

/// <summary>What the process answers with. Scripts build on these numbers: they are part of the contract.</summary>
public static class ExitCode
{
    /// <summary>Done; for <c>diff</c> and <c>--dry-run</c>: nothing differs.</summary>
    public const int Success = 0;

    /// <summary>Not done; stderr says what, why and what to do.</summary>
    public const int Error = 1;

    /// <summary>Done, and there are differences (<c>diff</c>, <c>--dry-run</c>).</summary>
    public const int Differences = 2;

    /// <summary>Stopped by Ctrl-C (128 + SIGINT, as shells report it).</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM (128 + SIGTERM).</summary>
    public const int Terminated = 143;
}
