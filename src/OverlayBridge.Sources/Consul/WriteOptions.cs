namespace OverlayBridge.Sources.Consul;

/// <summary>How a key is written.</summary>
/// <param name="Cas">Compare-and-set: 0 writes only if the key is absent, another number only if it is the key's ModifyIndex; null writes in any case.</param>
/// <param name="Flags">Stored beside the value, 64 bits.</param>
public readonly record struct WriteOptions(ulong? Cas = null, ulong Flags = 0);
