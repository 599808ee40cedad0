namespace OverlayBridge.LabTests;

/// <summary>Limits, in milliseconds, that only a hang exceeds.</summary>
internal static class LabTimeout
{
    public const int Test = 120_000;

    /// <summary>For tests with a lab of their own.</summary>
    public const int OwnLab = 240_000;
}
