namespace OverlayBridge.Reports.Pages;

/// <summary>
/// What a page holds at most, so that one of 100,000 endpoints is a few megabytes and opens at once. Where something is left out, the page says
/// how much, and what has it all; what findings name is never what is left out first.
/// </summary>
internal static class PageLimits
{
    /// <summary>Findings.</summary>
    public const int Findings = 500;

    /// <summary>Keys, or explained findings, of a finding.</summary>
    public const int KeysOfFinding = 100;

    /// <summary>Rows of a table.</summary>
    public const int Rows = 1000;

    /// <summary>Pools that are drawn.</summary>
    public const int Pools = 300;

    /// <summary>Addresses of all pictures together that tell their owner, and rows of all lists beside them.</summary>
    public const int Addresses = 4000;

    /// <summary>Hosts of the topology.</summary>
    public const int Hosts = 120;

    /// <summary>Networks of the topology.</summary>
    public const int Networks = 160;
}
