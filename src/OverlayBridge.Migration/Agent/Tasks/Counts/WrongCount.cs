namespace OverlayBridge.Migration.Agent.Tasks.Counts;

/// <param name="Count">As it stands in the store.</param>
/// <param name="Endpoints">Records that there are.</param>
internal sealed record WrongCount(string Network, string NetworkId, ulong Count, ulong Endpoints)
{
    /// <summary>What is done about it, for people.</summary>
    public string Words => $"Set {Network}'s count of endpoints from {Count} to {Endpoints}, unless it changes by itself";
}
