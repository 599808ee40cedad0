namespace OverlayBridge.Gateway.Access;

/// <summary>A token's right to a part of the keys.</summary>
/// <param name="Prefix">The keys that begin with it; empty for all.</param>
/// <param name="Exact">The key of just this name, and none below it.</param>
public sealed record AccessRule(string Prefix, AccessRight Right, bool Exact = false);
