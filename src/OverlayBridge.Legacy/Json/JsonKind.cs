namespace OverlayBridge.Legacy.Json;

/// <summary>What a <see cref="JsonValue"/> is.</summary>
public enum JsonKind
{
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}
