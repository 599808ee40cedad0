namespace OverlayBridge.Engines;

/// <summary>What engines say of a container that the swarm did not let onto its network (moby, <c>daemon/cluster/networks.go</c> and <c>daemon/container_operations.go</c>).</summary>
public static class SwarmRefusal
{
    /// <summary>Any of them.</summary>
    public static bool Is(string words) => IsOfHungAttachment(words) || IsOfMissingNetwork(words) || words.Contains("Could not attach to network ", StringComparison.Ordinal);

    /// <summary>
    /// Nothing came of the request within 20 s: <c>attaching to network failed, make sure your network options are correct and check manager logs</c>. The engine keeps it, unanswered. The container's next
    /// start is either refused for it (<c>network appnet not found</c>), or, where the network is there for another container, done without the swarm knowing of it: the swarm gives its address to the next
    /// one that asks. A refused start, the container's stop and the engine's own start make the engine forget it.
    /// </summary>
    public static bool IsOfHungAttachment(string words) => words.Contains("attaching to network failed", StringComparison.Ordinal);

    /// <summary><c>network appnet not found</c>: a request without an answer was kept, and is forgotten with that.</summary>
    public static bool IsOfMissingNetwork(string words) => words.Contains("network ", StringComparison.Ordinal) && words.Contains(" not found", StringComparison.Ordinal);
}
