namespace OverlayBridge.Sources.Consul;

/// <summary>What a read gave, with the <c>X-Consul-Index</c> it was given at: never 0.</summary>
public readonly record struct Indexed<T>(T Value, ulong Index);
