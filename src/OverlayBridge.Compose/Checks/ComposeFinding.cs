using OverlayBridge.Yaml;

namespace OverlayBridge.Compose.Checks;

/// <summary>Something in the files that the transition would break, or that is not what it seems.</summary>
/// <param name="Service">The service in question; null when it is none.</param>
/// <param name="Network">The network's key in the file; null when it is none.</param>
/// <param name="At">Where it stands.</param>
/// <param name="Message">What is wrong, in one sentence.</param>
/// <param name="Cause">Why it breaks.</param>
/// <param name="Repair">What to do.</param>
public sealed record ComposeFinding(
    ComposeRule Rule, string? Service, string? Network, SourceLocation At, string Message, string Cause, string Repair);

/// <summary>How bad a finding is.</summary>
public enum ComposeSeverity
{
    /// <summary>Something stops working.</summary>
    Error,

    /// <summary>Something stops working in a case that is not rare.</summary>
    Warning,

    /// <summary>To know, nothing to mend.</summary>
    Info,
}

/// <summary>A kind of finding.</summary>
/// <param name="Id"><c>OC</c> and two digits; never used for anything else later.</param>
/// <param name="Name">In words with hyphens.</param>
public sealed record ComposeRule(string Id, string Name, ComposeSeverity Severity);
