namespace OverlayBridge.Migration.Agent;

/// <summary>Another agent works under the name of this one's host. Each would take the other's records away: this one must not go on.</summary>
public sealed class HostNameTakenException(string host, string other) : Exception($"Another agent works under the name '{host}'.")
{
    public string Cause { get; } = other;

    public string Remedy { get; } = "Give one of the two another name with --host-name, or stop it. Two hosts whose disks were copied need a data folder each of their own, too.";
}
