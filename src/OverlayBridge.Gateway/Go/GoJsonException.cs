namespace OverlayBridge.Gateway.Go;

/// <summary>JSON that Go's <c>encoding/json</c> would refuse, in its words: Consul hands them on to its clients.</summary>
internal sealed class GoJsonException(string message) : Exception(message);
