namespace OverlayBridge.Overlay.Audit;

/// <summary>Lists in messages, cut where nobody reads on.</summary>
internal static class Listing
{
    private const int Most = 8;

    /// <summary>The first few, and how many more.</summary>
    public static string Of(IEnumerable<string> items)
    {
        var all = items as IReadOnlyCollection<string> ?? [.. items];
        string shown = string.Join(", ", all.Take(Most));
        return all.Count <= Most ? shown : $"{shown} and {all.Count - Most} more";
    }
}
